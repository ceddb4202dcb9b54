"""Functions written in JSONata that translated expressions call; each expression brings those that it needs.

Names begin with `$_`, so that they hide no variable of the machine. Arrays need care everywhere: JSONata flattens an
array inside `[...]` and unwraps sequences of one item, so lists are built by `$append` of boxed items. A call of
`$sort` must not be the last thing a function does: JSONata 2.0.6 loses the comparator of a tail call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ASTRAL = r"/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S]/"

HELPERS: dict[str, str] = {
    "need": "function($v, $m) { $exists($v) ? $v : $error($m) }",
    "boolean": 'function($v) { $type($v) = "boolean" ? $v : $error("must be true or false, not " & $type($v)) }',
    "number": 'function($v) { $type($v) = "number" ? $v : $error("needs a number, not " & $type($v)) }',
    "string": 'function($v) { $type($v) = "string" ? $v : $error("needs a string, not " & $type($v)) }',
    "list": 'function($v) { $type($v) = "array" ? $v : $error("needs a list, not " & $type($v)) }',
    "object": 'function($v) { $type($v) = "object" ? $v : $error("needs an object, not " & $type($v)) }',
    "integer": 'function($v) { $floor($_number($v)) = $v ? $v : $error("needs an integer") }',
    "finite": "function($n) { $n + 0 }",  # `+` refuses a number that is infinite
    "box": 'function($v) { $type($v) = "array" ? [[$v]] : [$v] }',
    "at": "function($l, $i) { $l[$i] }",
    "map": (
        "function($l, $f) { ($n := $count($l); $n = 0 ? [] : $n = 1 ? $_box($f($_at($l, 0))) "
        ": $map($l, function($v) { $f($v) })) }"
    ),
    "each": (
        'function($l, $f) { $type($l) = "array" ? '
        "($reduce($l, function($ok, $v) { $ok ? $exists($f($v)) : false }, true) ? $_map($l, $f)) }"
    ),
    "field": 'function($v, $k) { $type($v) = "object" ? ($k in $keys($v) ? $lookup($v, $k)) }',
    "item": (
        'function($v, $i) { $type($i) = "string" ? $_field($v, $i) : $type($i) = "number" ? ($floor($i) = $i ? ('
        '$n := $type($v) = "array" ? $count($v) : $type($v) = "string" ? $length($v) : 0; '
        "$p := $i < 0 ? $i + $n : $i; "
        '$p >= 0 and $p < $n ? ($type($v) = "array" ? $_at($v, $p) : $substring($v, $p, 1)))) }'
    ),
    "pick": (
        "function($l, $f) { ($s := $map($l, function($v, $i) { $f($i) ? $i : -1 }); "
        "$k := $filter($count($l) = 1 ? [$s] : $s, function($i) { $i >= 0 }); "
        "$n := $count($k); $n = 0 ? [] : $n = 1 ? $_box($_at($l, $k)) : $filter($l, function($v, $i) { $f($i) })) }"
    ),
    "letters": 'function($s) { $s = "" ? [] : [$match($s, ' + _ASTRAL + ").match] }",
    "bound": (
        'function($b, $n, $low, $high, $d) { $type($b) = "null" ? $d '
        ": ($p := $_integer($b) < 0 ? $b + $n : $b; $p < $low ? $low : $p > $high ? $high : $p) }"
    ),
    "slice": (
        'function($v, $a, $b, $c) { ($s := $type($c) = "null" ? 1 : $_integer($c); '
        '$s = 0 ? $error("the step of a slice cannot be zero") : ('
        '$type($a) = "null" or $_integer($a) = $a; $type($b) = "null" or $_integer($b) = $b; '
        '$l := $type($v) = "array" ? $v : $type($v) = "string" ? $_letters($v); '
        "$exists($l) ? ($n := $count($l); $r := $s > 0 "
        "? ($x := $_bound($a, $n, 0, $n, 0); $y := $_bound($b, $n, 0, $n, $n); "
        "$_pick($l, function($i) { $i >= $x and $i < $y and ($i - $x) % $s = 0 })) "
        ": ($x := $_bound($a, $n, -1, $n - 1, $n - 1); $y := $_bound($b, $n, -1, $n - 1, -1); "
        "$_reversed($_pick($l, function($i) { $i <= $x and $i > $y and ($x - $i) % $s = 0 }))); "
        '$type($v) = "string" ? $join($r) : $r))) }'
    ),
    "reversed": "function($l) { $count($l) < 2 ? $l : $reverse($l) }",
    "add": (
        'function($a, $b) { $type($a) = "string" and $type($b) = "string" ? $a & $b '
        ': $type($a) = "array" and $type($b) = "array" ? $append($a, $b) : $_finite($a + $b) }'
    ),
    "divide": 'function($a, $b) { $b = 0 ? $error("division by zero") : $_finite($a / $b) }',
    "modulo": (
        'function($a, $b) { $b = 0 ? $error("division by zero") '
        ": ($m := $a % $b; $m != 0 and ($m < 0) != ($b < 0) ? $m + $b : $m) }"
    ),
    "quotient": (
        'function($a, $b) { $b = 0 ? $error("division by zero") : ($m := $a % $b; $d := $_finite(($a - $m) / $b); '
        "$e := $m != 0 and ($m < 0) != ($b < 0) ? $d - 1 : $d; $f := $floor($e); $e - $f > 0.5 ? $f + 1 : $f) }"
    ),
    "order": (  # UTF-16 puts letters beyond U+FFFF before U+E000; code points do not
        'function($v) { $type($v) = "string" ? $replace($v, /[\\uD800-\\uDBFF]/, "\\uFFFF$0") : $v }'
    ),
    "less": "function($a, $b) { $_order($a) < $_order($b) }",
    "has": "function($l, $v) { $reduce($l, function($f, $i) { $f ? true : $i = $v }, false) }",
    "in": (
        'function($v, $c) { $type($c) = "array" ? $_has($c, $v) : $type($c) = "string" ? $contains($c, $_string($v)) '
        ': $type($c) = "object" ? $_string($v) in $keys($c) : $error("`in` needs a list, a string or an object") }'
    ),
    "digits": (
        "function($n) { ($s := $string($n); $number($s) = $n ? $s "
        ": $floor($n) = $n and $abs($n) < 9007199254740992 ? ($a := $abs($n); $h := $floor($a / 100000000); "
        '($n < 0 ? "-" : "") & $string($h) & $substring($string(100000000 + ($a - $h * 100000000)), 1)) '
        ': $error("a number with more than 15 digits")) }'
    ),
    "quoted": (
        "function($s) { $contains($s, /[\\u0000-\\u001F]/) ? $substring($string([$s]), 1, $length($string([$s])) - 2) "
        ': "\\"" & $replace($replace($s, "\\\\", "\\\\\\\\"), "\\"", "\\\\\\"") & "\\"" }'
    ),
    "json": (
        'function($v) { $type($v) = "string" ? $_quoted($v) : $type($v) = "number" ? $_digits($v) '
        ': $type($v) = "array" ? "[" & $join($_map($v, $_json), ",") & "]" '
        ': $type($v) = "object" ? "{" & $join($_map($_keys($v), '
        'function($k) { $_quoted($k) & ":" & $_json($lookup($v, $k)) }), ",") & "}" : $string($v) }'
    ),
    "text": 'function($v) { $type($v) = "string" ? $v : $_json($v) }',
    "keys": "function($o) { ($k := $keys($_object($o)); $exists($k) ? $_sorted([$k], false) : []) }",
    "sorted": (
        "function($l, $d) { $count($_list($l)) < 2 ? ($count($l) = 0 or $_comparable($_at($l, 0)); $l) "
        ": ($l.$_comparable($); $_alike($l); $_boolean($d); "
        "$r := $sort($l, function($a, $b) { $d ? $_less($a, $b) : $_less($b, $a) }); $r) }"
    ),
    "comparable": 'function($v) { $type($v) in ["string", "number"] ? true : $error("cannot be compared") }',
    "alike": (
        "function($l) { ($t := $type($_at($l, 0)); "
        '$count($l[$type($) != $t]) = 0 ? true : $error("cannot be compared")) }'
    ),
    "unique": (
        "function($l) { $reduce($_list($l), function($r, $v) { $_has($r, $v) ? $r : $append($r, $_box($v)) }, []) }"
    ),
    "flatten": "function($l) { $reduce($_list($l), function($r, $v) { $append($r, $v) }, []) }",
    "zip": (
        "function($ls) { ($n := $min([$_map($ls, function($l) { $count($_list($l)) })]); "
        "$n = 0 ? [] : $_map([0..$n - 1], function($i) { $_map($ls, function($l) { $_at($l, $i) }) })) }"
    ),
    "range": (
        'function($a, $b, $s) { $_integer($s) = 0 ? $error("the step of range cannot be zero") '
        ": ($n := $ceil(($_integer($b) - $_integer($a)) / $s); "
        '$n > 1000000 ? $error("more than 1000000 items") : $n <= 0 ? [] '
        ": $_map([0..$n - 1], function($i) { $a + $i * $s })) }"
    ),
    "best": (
        'function($l, $f) { $count($_list($l)) = 0 ? $error("of an empty list") '
        ": ($_comparable($_at($l, 0)); $reduce($l, function($r, $v) { $f($v, $r) ? $v : $r })) }"
    ),
    "min": "function($l) { $_best($l, function($v, $r) { $_less($v, $r) }) }",
    "max": "function($l) { $_best($l, function($v, $r) { $_less($r, $v) }) }",
    "sum": "function($l) { $_finite($reduce($_list($l), function($t, $v) { $t + $v }, 0)) }",
    "atom": "function($v) { $_comparable($v) ? $v }",
    "any": "function($l) { $reduce($_list($l), function($r, $v) { $_boolean($v) or $r }, false) }",
    "all": "function($l) { $reduce($_list($l), function($r, $v) { $_boolean($v) and $r }, true) }",
    "end": "function($l, $i) { $count($_list($l)) = 0 ? null : $_at($l, $i) }",
    "trunc": "function($n) { $n < 0 ? -$floor(-$n) : $floor($n) }",
    "round": "function($n, $d) { $round($_number($n), $_integer($d)) }",
    "strip": (
        'function($s) { $replace($replace($_string($s), /^[ \\t\\n\\r\\f\\v]+/, ""), /[ \\t\\n\\r\\f\\v]+$/, "") }'
    ),
    "replace": (
        'function($s, $a, $b) { $_string($a) = "" ? $error("the text to replace is empty") '
        ": $contains($_string($s), $a) ? $join($split($s, $a), $_string($b)) : ($_string($b); $s) }"
    ),
    "split": (
        'function($s, $d) { $d = "" ? $error("the separator is empty") : $contains($_string($s), $_string($d)) '
        "? $split($s, $d) : [$s] }"
    ),
    "join": (
        "function($l, $d) { $join($_map($_list($l), function($v) { "
        '$type($v) in ["string", "number", "boolean"] ? $_text($v) : $error("cannot be joined") }), $_string($d)) }'
    ),
    "starts": "function($s, $p) { $substring($_string($s), 0, $length($_string($p))) = $p }",
    "ends": (
        "function($s, $p) { ($n := $length($_string($s)) - $length($_string($p)); "
        "$n >= 0 ? $substring($s, $n) = $p : false) }"
    ),
    "basename": 'function($p) { $replace($replace($_string($p), /\\/+$/, ""), /^[\\s\\S]*\\//, "") }',
    "dirname": (
        'function($p) { ($s := $replace($_string($p), /\\/+$/, ""); $contains($s, "/") '
        '? ($h := $replace($replace($s, /[^\\/]*$/, ""), /\\/+$/, ""); $h = "" ? "/" : $h) : "") }'
    ),
    "suffix": 'function($n) { $contains($n, /[^.][\\s\\S]*\\./) ? $replace($n, /^[\\s\\S]*\\./, ".") : "" }',
    "stem": "function($n) { $substring($n, 0, $length($n) - $length($_suffix($n))) }",
    "len": (
        'function($v) { $type($v) = "string" ? $length($v) : $type($v) = "array" ? $count($v) '
        ': $type($v) = "object" ? $count($keys($v)) : $error("len needs a string, a list or an object") }'
    ),
    "values": "function($o) { $_map($_keys($o), function($k) { $lookup($o, $k) }) }",
    "items": 'function($o) { $_map($_keys($o), function($k) { {"key": $k, "value": $lookup($o, $k)} }) }',
    "get": (
        'function($c, $k, $d) { $type($c) in ["array", "object"] ? ($v := $_item($c, $k); $exists($v) ? $v : $d) '
        ': $error("get needs an object or a list") }'
    ),
    "kind": 'function($v) { $type($v) = "array" ? "list" : $type($v) }',
    "int": (
        'function($v) { $type($v) = "number" ? $_trunc($v) '
        ": $contains($_string($v), /^[ \\t\\r\\n]*[+-]?[0-9]+[ \\t\\r\\n]*$/) "
        '? $_decimal($v) : $error("int cannot read this") }'
    ),
    "float": (
        'function($v) { $type($v) = "number" ? $v : $contains($_string($v), '
        "/^[ \\t\\r\\n]*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?[ \\t\\r\\n]*$/) "
        '? $_decimal($v) : $error("float cannot read this") }'
    ),
    "decimal": (
        'function($s) { ($t := $replace($s, /[ \\t\\r\\n+]/, ""); $m := $contains($t, /^-/); '
        '$u := $replace($replace($t, /^-/, ""), /^\\./, "0."); '
        '$w := $replace($replace($u, /\\.([eE]|$)/, "$1"), /^0+([0-9])/, "$1"); '
        "$n := $_finite($number($w)); $m ? -$n : $n) }"
    ),
    "bool": (
        'function($v) { $type($v) = "boolean" ? $v : $v = "true" ? true : $v = "false" ? false '
        ': $error("bool cannot read this") }'
    ),
}
"""The definition of each helper by its name without `$_`."""

_USES = re.compile(r"\$_([a-z]+)")
_NEEDS = {name: frozenset(_USES.findall(text)) - {name} for name, text in HELPERS.items()}


def with_helpers(text: str, used: Iterable[str]) -> str:
    """A block that defines the helpers which `used` need, each after those it needs itself, and gives `text`."""
    order: dict[str, None] = {}

    def add(name: str) -> None:
        if name not in order:
            for other in sorted(_NEEDS[name]):
                add(other)
            order[name] = None

    for name in sorted(used):
        add(name)
    if not order:
        return text
    return "(" + " ".join(f"$_{name} := {HELPERS[name]};" for name in order) + f" {text})"
