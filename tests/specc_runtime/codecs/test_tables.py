"""Tables of three libraries between steps, each given back as what it was."""

from __future__ import annotations

import builtins
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc_runtime.codecs import CODECS, encode
from specc_runtime.errors import CodecError

pa = pytest.importorskip("pyarrow", reason="tables need pyarrow")
pd = pytest.importorskip("pandas", reason="tables of pandas")
pl = pytest.importorskip("polars", reason="tables of polars")


def frame() -> Any:
    columns = {
        "count": [1, 2],
        "word": ["x", None],
        "when": pd.to_datetime(["2030-01-31", "2031-01-31"]),
        "kind": pd.Categorical(["u", "v"], categories=["u", "v", "w"]),
    }
    return pd.DataFrame(columns, index=pd.Index(["i", "j"], name="key"))


def polars_frame() -> Any:
    table = pl.DataFrame({"count": [1, 2], "word": ["x", None], "day": [date(2030, 1, 31)] * 2, "all": [[1], [2, 3]]})
    return table.with_columns(pl.col("word").cast(pl.Enum(["x", "y"])).alias("kind"))


PANDAS: list[Callable[[], Any]] = [
    frame,
    lambda: frame().reset_index(drop=True),
    lambda: frame().set_index(["count", "word"]),
    lambda: frame()[["count"]].iloc[:0],
    lambda: frame()["count"],
    lambda: pd.Series([1.5, None]),
    lambda: pd.Series(["a"], name=3),
]
POLARS: list[Callable[[], Any]] = [polars_frame, lambda: polars_frame()["day"], lambda: pl.Series([1, 2])]
ARROW: list[Callable[[], Any]] = [
    lambda: pa.table({"a": [1]}).replace_schema_metadata({"k": "v"}),
    lambda: pa.RecordBatch.from_pylist([{"a": 1}]),
    lambda: pa.RecordBatch.from_pylist([], schema=pa.schema([("a", pa.int8())])),
]


@pytest.mark.parametrize("codec", [None, "arrow", "parquet"])
@pytest.mark.parametrize("make", [*PANDAS, *POLARS, *ARROW])
def test_tables_come_back_as_what_they_were(make: Callable[[], Any], codec: str | None) -> None:
    value = make()
    kept = encode(value, codec)
    assert kept.codec == (codec or "arrow")
    found = kept.decode()
    assert type(found) is type(value)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(found, value)
    elif isinstance(value, pd.Series):
        pd.testing.assert_series_equal(found, value)
    else:
        assert found.equals(value)
        if not isinstance(value, pl.Series):
            assert found.schema == value.schema
        else:
            assert found.name == value.name


def test_categories_that_no_row_has_are_kept() -> None:
    value = frame().iloc[:0]
    pd.testing.assert_frame_equal(encode(value).decode(), value)


@pytest.mark.parametrize(
    ("make", "codec", "reason"),
    [
        (lambda: pd.DataFrame({"a": [object()]}), None, r"is a `pandas\.DataFrame` that Arrow cannot hold: .*column a"),
        (lambda: pd.DataFrame({"a": [1, "x"]}), "parquet", r"`pandas\.DataFrame` that Arrow cannot hold"),
        (lambda: pd.DataFrame([[1, 2]], columns=["a", "a"]), None, "Duplicate column names"),
        (lambda: pl.DataFrame({"o": [object()]}), None, "column `o` holds Python objects"),
        (lambda: pl.DataFrame({"a": [1]}).lazy(), None, r"is a `polars\.LazyFrame`.*`\.collect\(\)` of it"),
        (lambda: [{"a": 1}], "parquet", "`list`, but the codec `parquet` takes a DataFrame"),
        (lambda: {"frames": [frame()]}, None, r"holds a `pandas\.DataFrame` at `frames\[0\]`, .*return it by itself"),
        (lambda: pd.NaT, None, "`NaT`, which JSON has nothing for"),
        (lambda: pd.Index([1]), None, 'type `Index`.*`codec = "pickle"`'),
    ],
)
def test_what_cannot_be_kept_is_told(make: Callable[[], Any], codec: str | None, reason: str) -> None:
    with pytest.raises(CodecError, match=reason):
        encode(make(), codec)


def test_times_of_pandas_are_times() -> None:
    assert encode([pd.Timestamp("2030-01-31"), pd.Timedelta("1s")]).decode() == ["2030-01-31T00:00:00", 1]


def test_without_pyarrow_the_line_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = encode(frame())
    monkeypatch.setitem(sys.modules, "pyarrow.ipc", None)
    for act in (lambda: encode(frame()), kept.decode, lambda: CODECS["parquet"].encode(frame())):
        with pytest.raises(CodecError, match="`pip install pyarrow`"):
            act()


@pytest.mark.parametrize(("library", "make"), [("pandas", frame), ("polars", polars_frame)])
def test_without_its_library_a_table_is_one_of_pyarrow(
    library: str, make: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = encode(make())
    monkeypatch.setitem(sys.modules, library, None)
    found = kept.decode()
    assert isinstance(found, pa.Table)
    assert found.column("count").to_pylist() == [1, 2]
    assert b"specc" not in (found.schema.metadata or {})


def stream(metadata: bytes, field: dict[bytes, bytes] | None = None) -> bytes:
    schema = pa.schema([pa.field("a", pa.binary(8), metadata=field)], metadata={b"specc": metadata})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_table(pa.table([pa.array([b"12345678"], pa.binary(8))], schema=schema))
    return bytes(sink.getvalue())


@pytest.mark.parametrize("metadata", [b"", b"[1]", b"\xff", b'{"library": "os", "kind": "system"}', b'{"library": []}'])
def test_notes_that_mean_nothing_give_a_table_of_pyarrow(metadata: bytes) -> None:
    assert isinstance(CODECS["arrow"].decode(stream(metadata)), pa.Table)


def test_types_that_would_be_unpickled_stay_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    import pickle

    def executed(*_: Any, **__: Any) -> Any:
        pytest.fail("stored data was unpickled")

    monkeypatch.setattr(pickle, "loads", executed)
    monkeypatch.setattr(builtins, "eval", executed)
    for name in (b"arrow.py_extension_type", b"POLARS_EXTENSION_TYPE"):
        field = {b"ARROW:extension:name": name, b"ARROW:extension:metadata": pickle.dumps(print, 0)}
        for library in ("pyarrow", "polars"):
            notes = json.dumps({"library": library, "kind": "DataFrame"}).encode()
            found = CODECS["arrow"].decode(stream(notes, field))
            assert "12345678" in repr(found["a"].to_list() if library == "polars" else found["a"].to_pylist())


@pytest.mark.parametrize("name", ["arrow", "parquet"])
@given(data=st.binary(max_size=100) | st.binary(max_size=100).map(lambda data: b"PAR1" + data + b"PAR1"))
def test_what_is_no_table_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(CodecError, match="is not a"):
        CODECS[name].decode(data)


def test_a_table_cut_short_is_refused() -> None:
    for codec in ("arrow", "parquet"):
        data = encode(frame(), codec).data
        for size in (len(data) // 3, len(data) * 2 // 3):
            with pytest.raises(CodecError):
                CODECS[codec].decode(data[:size])
