"""Settings: TOML in, checked settings out, errors with file, line and remedy."""

from pathlib import Path

import pytest

from crm_tui.config import ConfigError, Settings, faults, parse, store_names
from crm_tui.registers.settings import RegisterSettings
from crm_tui.store.known import StoreSettings


def test_no_settings_are_the_defaults() -> None:
    assert parse("") == Settings()


def test_everything_that_can_be_set() -> None:
    settings = parse("""
        theme = "crm-light"
        keymap = "vim"
        dates = "iso"
        time_zone = "Europe/Helsinki"
        export_folder = "/tmp/lists"
        copy_command = ["wl-copy", "--trim-newline"]
        open_command = ["firefox"]
        escape_delay = 30
        mouse = false
        wire = "plain"

        [keys]
        "list.export" = "X"
        list.reload = ["Z", "f5"]
        move.down = "j down z"

        [registers]
        prh = "http://127.0.0.1:8081/v3/"
        brreg = "https://registers.example/api"
        seconds = 4
        proxy = "http://proxy.example:3128"
    """)
    assert settings[:2] == ("crm-light", "vim")
    assert settings.dates == "iso"
    assert settings.time_zone == "Europe/Helsinki"
    assert settings.export_folder == Path("/tmp/lists")
    assert settings.copy_command == ("wl-copy", "--trim-newline")
    assert settings.open_command == ("firefox",)
    assert settings.escape_delay == 30
    assert settings.mouse is False
    assert settings.wire == "plain"
    assert settings.keys.of("list.export") == ("X",)
    assert settings.keys.of("list.reload") == ("Z", "f5")
    assert settings.keys.of("move.down") == ("j", "down", "z")
    assert settings.keys.of("move.page_down") == ("ctrl+f", "pagedown")
    assert settings.registers == RegisterSettings(
        "http://127.0.0.1:8081/v3", "https://registers.example/api", 4.0, "http://proxy.example:3128"
    )


def test_stores_have_names() -> None:
    settings = parse("""
        default_store = "team"

        [stores.team]
        url = "https://crm.example/"
        ca_file = "/etc/ssl/own.pem"
        proxy = "proxy.example:3128"
        token_command = ["pass", "show", "crm"]
        cache = "disk"
        timeout = 5

        [stores."The old one"]
        path = "/srv/old.db"

        [stores.base]
        url = "postgresql://crm@db.example/team"
        password_command = ["pass", "show", "db"]
    """)
    assert settings.default_store == "team"
    assert settings.stores == {
        "team": StoreSettings(
            url="https://crm.example",
            ca_file=Path("/etc/ssl/own.pem"),
            proxy="http://proxy.example:3128",
            token_command=("pass", "show", "crm"),
            cache="disk",
            timeout=5.0,
        ),
        "The old one": StoreSettings(path=Path("/srv/old.db")),
        "base": StoreSettings(url="postgresql://crm@db.example/team", password_command=("pass", "show", "db")),
    }


def test_which_store_is_meant_does_not_depend_on_how_the_screen_looks() -> None:
    names = store_names('thme = 1\nmouse = "no"\ndefault_store = "x"\n[keys]\nnone = "X"')
    assert (names.default, names.stores) == ("x", {})
    with pytest.raises(ConfigError, match=r"config.toml, line 2: stores.x: name where it is"):
        store_names("\n[stores.x]\ntimeout = 5")


def test_all_faults_are_named_not_only_the_first() -> None:
    text = 'thme = "x"\nmouse = "no"\n[registers]\nseconds = 0\n[stores.a]\nurl = "x://y"\n[keys]\n"list.exprot" = "X"'
    found = faults(text, "my.toml")
    assert [fault.partition(": ")[0] for fault in found[:4]] == [f"my.toml, line {line}" for line in (1, 2, 4, 6)]
    assert len(found) == 5
    assert faults('mouse = false\n[keys]\n"list.export" = "X"') == ()
    assert faults("mouse =", "my.toml")[0].startswith("my.toml: not valid TOML")


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        (
            '[stores.a]\nurl = "https://x"\ntimeout = 0\ncache = "ram"\nhost = "y"',
            {3: "timeout", 4: "cache", 5: "host"},
        ),
        ('[stores.a]\ntimeout = 0\nhost = "y"', {1: "where it is", 2: "timeout", 3: "host"}),
        ('[stores.a]\npath = "/y"\nproxy = "p:1"\ntoken_command = ["x"]', {3: "proxy", 4: "token_command"}),
        ('[stores.a]\npath = "y"\ntimeout = 0', {2: "path", 3: "timeout"}),
        ('[stores."-x"]\npath = "/y"\ntimeout = 0', {1: "no name of a store", 3: "timeout"}),
        ("[registers]\nseconds = 0\nprh = 1\nfr = 1", {2: "seconds", 3: "prh", 4: "'fr'"}),
    ],
)
def test_all_faults_of_a_table_are_named(table: str, lines: dict[int, str]) -> None:
    found = dict(fault.split(": ", 1) for fault in faults(table, "my.toml"))
    assert sorted(found) == [f"my.toml, line {line}" for line in lines]
    for line, words in lines.items():
        assert words in found[f"my.toml, line {line}"]


def test_a_secret_in_a_wrong_address_of_a_store_is_not_repeated() -> None:
    for url in (
        "https://ann:Secret1@crm.example",
        "postgresql://ann:Secret1@db/x",
        "https://crm.example?token=Secret1",
    ):
        (fault,) = faults(f'[stores.a]\nurl = "{url}"', "my.toml")
        assert fault.startswith("my.toml, line 2: stores.a: url: an address may hold no password or token")
        assert "Secret1" not in fault
    for wrong in ('[stores.a]\nurl = ["https://ann:Secret1@crm.example"]', 'default_store = ["https://x:Secret1@y"]'):
        assert "Secret1" not in str(faults(wrong))


def test_registers_are_the_public_ones_unless_told_otherwise() -> None:
    assert parse("").registers == parse("[registers]").registers == RegisterSettings()
    assert parse("[registers]\nseconds = 2.5").registers == RegisterSettings(seconds=2.5)
    assert RegisterSettings().prh.startswith("https://avoindata.prh.fi/")
    assert RegisterSettings().brreg.startswith("https://data.brreg.no/")


def test_a_proxy_is_written_as_in_the_environment() -> None:
    assert parse('[registers]\nproxy = "proxy.example:3128"').registers.proxy == "http://proxy.example:3128"


@pytest.mark.parametrize(
    "value", ['"http://ann:Secret1@proxy.example:99999"', '"https://x/?Secret1"', '["u:Secret1@x"]']
)
@pytest.mark.parametrize("name", ["prh", "proxy"])
def test_a_password_in_a_wrong_address_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"registers: {name}: not an address") as caught:
        parse(f"[registers]\n{name} = {value}")
    assert "Secret1" not in str(caught.value)


def test_a_home_folder_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/sanna")
    assert parse('export_folder = "~/lists"').export_folder == Path("/home/sanna/lists")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("theme = x", r"my.toml: not valid TOML: .*line 1"),
        ('\nthme = "x"', r"my.toml, line 2: there is no setting 'thme'; did you mean 'theme'\?"),
        ("colour = 1", r"my.toml, line 1: there is no setting 'colour'; .*"),
        ("theme = 1", r"my.toml, line 1: theme: write a text in quotes, not 1"),
        ('keymap = "emacs"', r"my.toml, line 1: keymap: 'emacs' does not exist; choose one of: default, vim"),
        ('dates = "us"', r"dates: 'us' does not exist; choose one of: short, iso"),
        ('time_zone = "Mars/Base"', r"time_zone: there is no time zone 'Mars/Base'; write one such as"),
        ('time_zone = "../etc"', r"time_zone: there is no time zone"),
        ('export_folder = "lists"', r"export_folder: 'lists' is not a whole path; begin it with / or ~/"),
        ('copy_command = "wl-copy"', r"copy_command: write the program and its arguments as a list"),
        ("open_command = []", r"open_command: write the program"),
        ("escape_delay = 5000", r"escape_delay: write milliseconds from 5 to 1000, not 5000"),
        ("escape_delay = true", r"escape_delay: write milliseconds"),
        ('wire = "fast"', r"wire: 'fast' does not exist; choose one of: diff, plain"),
        ('mouse = "no"', r"mouse: write true or false, not 'no'"),
        ("keys = 1", r"my.toml, line 1: \[keys\] keys: must be a table"),
        ('[keys]\n"list.exprot" = "X"', r"my.toml.*: \[keys\] there is no command 'list.exprot'; did"),
        ('[keys]\n\n"list.export" = "hyper+x"', r"my.toml, line 3: \[keys\] list.export: key 'hyper\+x'"),
        ('[keys]\n"list.export" = "y"', r"my.toml, line 2: \[keys\] list.export: key 'y' already means"),
        ('[keys]\n"list.export" = 5', r"my.toml, line 2: \[keys\] list.export: write the keys as a text"),
        ('[keys]\n"app.quit" = ""', r"my.toml, line 2: \[keys\] app.quit: this command can't be left"),
        ("registers = 1", r"my.toml, line 1: registers: must be a table, \[registers\] with lines such as"),
        ('[registers]\nphr = "x"', r"registers: there is no setting 'phr'; there are: prh, brreg, seconds, proxy"),
        ("[registers]\nprh = 1", r"registers: prh: not an address; write one in quotes, such as https://registers.ex"),
        ('[registers]\nprh = "avoindata.prh.fi"', r"registers: prh: not an address; write one in quotes"),
        ('[registers]\nbrreg = "file:///etc"', r"registers: brreg: not an address"),
        ('[registers]\nbrreg = "http://[::1"', r"registers: brreg: not an address"),
        ('[registers]\nprh = "https://h.example/v3?x=1"', r"registers: prh: not an address"),
        ('[registers]\nbrreg = "http://a b/"', r"registers: brreg: not an address"),
        ('[registers]\nproxy = "socks5://proxy.example"', r"proxy: not an address; .* such as http://proxy.example:3128"),
        ('[registers]\nproxy = ""', r"registers: proxy: not an address"),
        ("[registers]\nseconds = 0", r"registers: seconds: write seconds from 1 to 60, not 0"),
        ("[registers]\nseconds = true", r"registers: seconds: write seconds"),
        ('[registers]\nseconds = "10"', r"registers: seconds: write seconds"),
        ('default_store = "a:b"', r"my.toml, line 1: default_store: “a:b” is no name of a store"),
        ("stores = 1", r"my.toml, line 1: stores: must be tables, each as \[stores.NAME\]"),
        ("[stores]\nteam = 1", r"my.toml.*: stores.team: must be a table, \[stores.team\] with lines such as url"),
        ("\n[stores.team]", r"my.toml, line 2: stores.team: name where it is: either a url or a path"),
        ('[stores.a]\nurl = "https://x"\npath = "/y"', r"line 1: stores.a: name where it is: either a url or a path"),
        ('[stores.a]\npath = "y.db"', r"my.toml, line 2: stores.a: path: 'y.db' is not a whole path"),
        ('[stores.a]\npath = "/y"\n[stores.b]\nhost = "x"', r"line 4: stores.b: there is no setting .host."),
        ('[stores.a]\npath = "/y"\ntoken_command = ["x"]', r"line 3: stores.a: token_command: is for servers alone"),
        ('[stores.a]\nurl = "https://x"\npassword_command = ["x"]', r"line 3: .*: password_command: is for PostgreSQL"),
        ('[stores.a]\nurl = "http://crm.example"', r"line 2: stores.a: url: what is sent to crm.example over http"),
        ('[stores.a]\nurl = "https://x"\ncache = "ram"', r"line 3: .*cache: 'ram' does not exist; choose"),
        ('[stores."-x"]\npath = "/y"', r"stores.-x: “-x” is no name of a store"),
    ],
)  # fmt: skip
def test_an_error_names_file_place_and_remedy(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse(text, "my.toml")


def test_an_error_is_one_line() -> None:
    with pytest.raises(ConfigError) as caught:
        parse('theme = "a\nb"')
    assert "\n" not in str(caught.value)
