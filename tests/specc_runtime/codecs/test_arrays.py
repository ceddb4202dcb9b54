"""Arrays of numpy between steps, and what is no array."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc_runtime.codecs import CODECS, encode
from specc_runtime.errors import CodecError

np = pytest.importorskip("numpy", reason="arrays need numpy")


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.arange(6, dtype="int16").reshape(2, 3),
        lambda: np.array(5.5),
        lambda: np.zeros((0, 3)),
        lambda: np.array(["a", "bc"]),
        lambda: np.array([(1, 2.0)], dtype=[("x", "i4"), ("y", "f8")]),
        lambda: np.asfortranarray(np.ones((2, 3))),
        lambda: np.arange(10)[::-2],
        lambda: np.array(["2030-01-31"], dtype="datetime64[ns]"),
        lambda: np.array([1 + 2j]),
        lambda: np.array([float("nan"), float("inf")]),
        lambda: np.array([1, 2], dtype=">i4"),
    ],
)
def test_arrays_come_back_as_they_were(make: Callable[[], Any]) -> None:
    array = make()
    kept = encode(array)
    found = kept.decode()
    assert (kept.codec, found.dtype, found.shape) == ("npy", array.dtype, array.shape)
    np.testing.assert_array_equal(found, array)
    found[...] = found.reshape(-1)[0] if found.size else 0  # readers share nothing, so each may write
    np.testing.assert_array_equal(kept.decode(), array)


@pytest.mark.parametrize(
    ("make", "codec", "reason"),
    [
        (lambda: np.array([object()]), None, "numpy array of Python objects"),
        (lambda: np.array([(1, "a")], dtype=[("n", "i4"), ("o", "O")]), None, "numpy array of Python objects"),
        (lambda: np.ma.array([1], mask=[True]), None, "masked array"),
        (lambda: [1, 2], "npy", "`list`, but the codec `npy` takes a numpy array"),
        (lambda: np.arange(2), "json", "is a numpy array, which cannot stand in JSON"),
        (lambda: np.arange(2), "text", "takes a string"),
        (lambda: {"a": [1, {"b": np.arange(2)}]}, None, r"holds a numpy array at `a\[1\]\.b`, .* `\.tolist\(\)`"),
        (lambda: [np.datetime64("NaT")], None, r"holds `NaT` at `\[0\]`"),
        (lambda: np.float64("nan"), None, "holds `nan`"),
        (lambda: np.complex128(1j), None, "type `complex128`"),
    ],
)
def test_what_cannot_be_kept_is_told(make: Callable[[], Any], codec: str | None, reason: str) -> None:
    with pytest.raises(CodecError, match=reason):
        encode(make(), codec)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: np.int64(3), 3),
        (lambda: np.uint8(255), 255),
        (lambda: np.float32(0.5), 0.5),
        (lambda: np.bool_(True), True),
        (lambda: np.str_("a"), "a"),
        (lambda: {np.int8(1): [np.float64(1.5)]}, {"1": [1.5]}),
        (lambda: np.datetime64("2030-01-31T09:00"), "2030-01-31T09:00"),
        (lambda: np.timedelta64(1500, "ms"), 1.5),
    ],
)
def test_scalars_become_those_of_python(make: Callable[[], Any], expected: Any) -> None:
    found = encode(make()).decode()
    assert (found, type(found)) == (expected, type(expected))


class Bomb:
    """Unpickled, it fails the test."""

    def __reduce__(self) -> Any:
        return pytest.fail, ("code of stored data was executed",)


def crafted() -> list[bytes]:
    pickled = pickle.dumps(Bomb())
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    header += b" " * (64 - (len(header) + 11) % 64) + b"\n"
    npy = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + pickled
    called = b"{'descr': __import__('pytest').fail('executed'), 'fortran_order': False, 'shape': (1,), }\n"
    return [pickled, npy, b"\x93NUMPY\x01\x00" + len(called).to_bytes(2, "little") + called]


@pytest.mark.parametrize("name", sorted(set(CODECS) - {"pickle", "bytes"}))
@pytest.mark.parametrize("number", range(3))
def test_stored_data_is_never_executed(name: str, number: int) -> None:
    with pytest.raises(CodecError):
        CODECS[name].decode(crafted()[number])


def test_the_bomb_would_go_off() -> None:
    with pytest.raises(pytest.fail.Exception, match="executed"):
        CODECS["pickle"].decode(crafted()[0])


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: b"\x93NUMPY\x01\x00" + data))
def test_what_is_no_array_is_refused(data: bytes) -> None:
    with pytest.raises(CodecError, match=r"is not a `\.npy` file"):
        CODECS["npy"].decode(data)


def test_an_array_that_is_too_large_to_be_true_is_refused() -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }\n"
    with pytest.raises(CodecError, match=r"is not a `\.npy` file"):
        CODECS["npy"].decode(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
