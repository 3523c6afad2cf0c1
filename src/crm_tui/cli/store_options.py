"""The options of the commands about stores and settings as a whole: ``stores``, ``serve`` and ``config``."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_to(add: Callable[[str, str], argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser; ``add`` makes one with its name and what it does."""
    _stores(add("stores", "list the stores that are known: where they are, whether they answer, and as whom"), common)
    _serve(add("serve", "serve a store to a team, over HTTP"))
    _config(add("config", "check the settings, or say where they are"))


def _stores(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    parser.set_defaults(stores=None)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--tsv", action="store_true", help="as values separated by tabs, with a header")
    below = parser.add_subparsers(metavar="", title="to copy one")
    what = "copy a whole store into a new one, to the letter; the same command goes on with a copy that was interrupted"
    copy = below.add_parser("copy", help=what, description=what, parents=[common])
    copy.set_defaults(stores="copy")
    copy.add_argument("source", metavar="FROM", help="the store: a name, a file, or an address")
    copy.add_argument("target", metavar="TO", help="the new one: a name, a file, or postgresql://USER@HOST/DATABASE")


def _serve(parser: argparse.ArgumentParser) -> None:
    where = "where to listen (127.0.0.1:8420 unless given); 0.0.0.0:443 for everybody, with a certificate"
    parser.add_argument("--listen", metavar="HOST:PORT", default="127.0.0.1:8420", help=where)
    parser.add_argument("--cert", metavar="FILE", help="the certificate, with those up to its authority (PEM)")
    parser.add_argument("--key", metavar="FILE", help="the key of the certificate (PEM, without a password)")
    proxy = "a proxy on the way takes care of TLS: listen beyond this machine without a certificate"
    parser.add_argument("--behind-proxy", action="store_true", help=proxy)
    parser.add_argument("--workers", type=_small, default=1, metavar="N", help="processes that answer (1 unless given)")
    threads = "threads of each that ask the store (16 unless given)"
    parser.add_argument("--threads", type=_small, default=16, metavar="N", help=threads)


def _config(parser: argparse.ArgumentParser) -> None:
    what = "check: name all that is wrong, with line and remedy; path: say which file it is"
    parser.add_argument("config", choices=("check", "path"), help=what)


def _small(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 128):
        raise argparse.ArgumentTypeError(f"{text}: a whole number from 1 to 128")
    return int(text)
