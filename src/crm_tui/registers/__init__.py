"""The business registers of Finland and Norway, behind one port."""
