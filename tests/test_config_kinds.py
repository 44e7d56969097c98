"""Settings that are more than a word or a number: addresses with their passwords, and prices."""

from decimal import Decimal
from pathlib import Path

import pytest

from bot.config import ConfigError, load_config
from bot.domain.servers.money import Price
from tests.test_config import bare, required

__all__ = ["bare", "required"]


@pytest.mark.usefixtures("required")
def test_the_database_url_names_a_path_relative_or_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_config().database.path == Path("data/limner.db")
    monkeypatch.setenv("LIMNER_DATABASE__URL", "sqlite:////data/limner.db")
    assert load_config().database.path == Path("/data/limner.db")
    assert load_config().database.pictures == Path("/data/pictures")


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("mark", ["@", "/", "?", "#", "%", "%00", "%zz", "[", "@/", "/@"])
def test_a_password_with_a_mark_of_addresses_is_refused_and_not_quoted(
    monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    monkeypatch.setenv("LIMNER_DATABASE__URL", f"postgresql://limner:hush{mark}secret@db/limner")
    with pytest.raises(ConfigError, match=r"^database\.url is wrong: cannot be read") as caught:
        load_config()
    assert "hush" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://limner:a:%40%2F%25@db/limner",
        "postgresql://db-1,db-2:5433/limner?target_session_attrs=read-write",
        "postgresql://limner@[::1]:5432/limner",
        "postgresql://%2Fvar%2Frun%2Fpostgresql/limner",
        "postgresql:///limner?host=/run/postgresql",
    ],
)
def test_an_address_of_a_server_that_can_be_read_is_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("LIMNER_DATABASE__URL", url)
    assert load_config().database.url == url


@pytest.mark.usefixtures("required")
def test_a_password_is_secret_as_it_is_written_and_as_it_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMNER_DATABASE__URL", "postgresql://limner:p%40ss@db/limner?sslpassword=an%20other+one")
    assert {"p%40ss", "p@ss", "an other+one"} <= set(load_config().secrets())


@pytest.mark.usefixtures("required")
def test_a_scheme_may_be_written_large(monkeypatch: pytest.MonkeyPatch) -> None:
    for given, read in (
        ("FILE:///Shared", "file:///Shared"),
        ("S3://Faces/", "s3://Faces"),
        ("s3://b-1/a b/", "s3://b-1/a b"),
    ):
        monkeypatch.setenv("LIMNER_PICTURES__URL", given)
        assert load_config().pictures.url == read


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(("price", "image"), [("0.0047", "0.0047"), ("0", None), ("1e-3", "0.001")])
def test_a_price_is_exact_and_none_is_none(monkeypatch: pytest.MonkeyPatch, price: str, image: str | None) -> None:
    monkeypatch.setenv("LIMNER_QUOTA__IMAGE_PRICE", price)
    monkeypatch.setenv("LIMNER_QUOTA__CURRENCY", "€")
    found = load_config().quota
    assert found.price == (Price(Decimal(image), "€") if image else None)
    assert found.defaults.member_per_day == 10


def test_a_price_in_the_file_is_what_is_written_there(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('[discord]\ntoken = "x"\n[modelslab]\napi_key = "x"\n[quota]\nimage_price = 0.0047\n')
    price = load_config(file).quota.price
    assert price is not None
    assert str(price.of(3)) == "0.0141"


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUOTA__IMAGE_PRICE", "-0.01"),
        ("QUOTA__IMAGE_PRICE", "nan"),
        ("QUOTA__IMAGE_PRICE", "cheap"),
        ("QUOTA__CURRENCY", "**USD**"),
        ("QUOTA__CURRENCY", " "),
        ("QUOTA__CURRENCY", "a\nb"),
        ("QUOTA__CURRENCY", "far too long"),
        ("MODELSLAB__WALLET_WARNING", "-1"),
        ("MODELSLAB__WALLET_WARNING", "inf"),
    ],
)
def test_a_price_that_is_none_is_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"LIMNER_{name}", value)
    with pytest.raises(ConfigError) as caught:
        load_config()
    assert str(caught.value).startswith(name.lower().replace("__", ".") + " ")
    assert "\n" not in str(caught.value)
