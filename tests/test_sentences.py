"""A sentence is for people: no code reads one, but the reports that print it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import gradcheck

PACKAGE = Path(gradcheck.__file__).parent
PROSE = {"sentence", "diagnosis", "breadcrumb"}  # attributes that hold text for people
LABELS = {"worst"}  # ... and those that hold it in findings, and an index elsewhere
PRINTERS = ("reports",)  # rooms that lay text out
PASSED_ON = {"str", "printable", "shorten", "lower", "strip", "replace", "casefold", "format"}
QUESTIONS = {"startswith", "endswith", "find", "rfind", "index", "rindex", "count", "isidentifier", "isdigit"}
CUTS = {"split", "rsplit", "partition", "rpartition", "removeprefix", "removesuffix", "splitlines"}
PATTERNS = {"match", "search", "fullmatch", "findall", "finditer", "sub", "subn", "split"}
MEMBERS, EQUAL = (ast.In, ast.NotIn), (ast.Eq, ast.NotEq, ast.Lt, ast.Gt)


MADE_OF = {
    ast.BoolOp: lambda node: node.values,
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.NamedExpr: lambda node: [node.value],
    ast.FormattedValue: lambda node: [node.value],
    ast.BinOp: lambda node: [node.left, node.right],
    ast.JoinedStr: lambda node: node.values,
    ast.Call: lambda node: [node.func, *node.args] if name_of(node.func) in PASSED_ON else [],
}


def name_of(function):
    """The name of what is called."""
    return getattr(function, "id", getattr(function, "attr", ""))


def parts(node):
    """The expressions from which the text of another one comes."""
    made = MADE_OF.get(type(node), lambda _: [])(node)
    return [one.value if isinstance(one, ast.Attribute) and one.attr in PASSED_ON else one for one in made]


class Reader(ast.NodeVisitor):
    """Finds the lines of one function, or of a module, that take text for people apart."""

    def __init__(self):
        self.names, self.found = set(), []

    def is_prose(self, node, attributes=PROSE):
        """Whether an expression is text for people, or is made of it."""
        match node:
            case ast.Attribute():
                return node.attr in attributes
            case ast.Name():
                return node.id in self.names
            case ast.Call(func=ast.Name(id="sentence_of")):
                return True
        return any(self.is_prose(part, attributes) for part in parts(node))

    def visit_FunctionDef(self, node):
        inner = Reader()
        for statement in node.body:
            inner.visit(statement)
        self.found += inner.found

    def visit_Assign(self, node):
        if self.is_prose(node.value):
            self.names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        self.generic_visit(node)

    def visit_NamedExpr(self, node):
        if self.is_prose(node.value):
            self.names.add(node.target.id)
        self.generic_visit(node)

    def visit_comprehension(self, node):
        made = getattr(node.iter, "elt", None)
        if made is not None and self.is_prose(made) and isinstance(node.target, ast.Name):
            self.names.add(node.target.id)
        self.generic_visit(node)

    def visit_ListComp(self, node):
        for generator in node.generators:  # what they bind is known before it is used
            self.visit_comprehension(generator)
        self.generic_visit(node)

    visit_GeneratorExp = visit_SetComp = visit_DictComp = visit_ListComp  # noqa: N815

    def visit_Compare(self, node):
        either = PROSE | LABELS
        for operator, left, right in zip(node.ops, [node.left, *node.comparators], node.comparators, strict=False):
            asked = isinstance(operator, MEMBERS) and self.is_prose(right, either)
            equal = isinstance(operator, EQUAL) and (self.is_prose(left, either) or self.is_prose(right, either))
            listed = isinstance(operator, MEMBERS) and self.is_prose(left, either)
            if asked or equal or listed:
                self.found.append(node.lineno)
        self.generic_visit(node)

    def visit_Call(self, node):
        if isinstance(node.func, ast.Attribute):
            own = node.func.attr in QUESTIONS | CUTS and self.is_prose(node.func.value, PROSE | LABELS)
            searched = node.func.attr in PATTERNS and any(self.is_prose(a, PROSE | LABELS) for a in node.args)
            if own or searched:
                self.found.append(node.lineno)
        self.generic_visit(node)

    def visit_Subscript(self, node):
        if self.is_prose(node.value):
            self.found.append(node.lineno)
        self.generic_visit(node)

    def visit_Match(self, node):
        if self.is_prose(node.subject, PROSE | LABELS):
            self.found.append(node.lineno)
        self.generic_visit(node)


def readers(source):
    """The lines of a source text that read text for people."""
    reader = Reader()
    reader.visit(ast.parse(source))
    return sorted(reader.found)


def modules():
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] not in PRINTERS]


def test_no_code_reads_a_sentence():
    found = {path.relative_to(PACKAGE).as_posix(): readers(path.read_text("utf-8")) for path in modules()}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "if ' raised ' in finding.sentence: pass",
        "if 'for a random v' not in f.worst: pass",
        "if finding.sentence == 'boom': pass",
        "if told[k].sentence != f'where {name} holds ties': pass",
        "if finding.sentence in KNOWN: pass",
        "finding.sentence.startswith('no generalised gradient')",
        "one.sentence.endswith((' holds ties', ' are equal'))",
        "method = finding.sentence.split('`')[1]",
        "_, _, how = finding.sentence.rpartition(' for ')",
        "size = f.sentence.removeprefix('with ')",
        "shapes = SHAPES.search(finding.sentence)",
        "found = re.match(r'`(\\w+)` raised', finding.sentence)",
        "kind = finding.sentence[:12]",
        "finding.breadcrumb.split(': ')",
        "if 'sign' in finding.diagnosis: pass",
        "if finding.worst.startswith('dy'): pass",
        "if 'raised' in sentence_of(fault): pass",
        "if 'raised' in (finding.diagnosis or finding.sentence): pass",
        "if 'raised' in finding.sentence.lower(): pass",
        "def f(finding):\n    words = finding.sentence\n    return 'raised' in words",
        "def f(finding):\n    if (words := f'{finding.sentence}.') and words[0] == '`':\n        pass",
        "any('raised' in words for words in [f.sentence for f in findings])",
        "match finding.sentence:\n    case 'boom':\n        pass",
    ],
)
def test_a_planted_reader_is_found(source):
    assert readers(source)


@pytest.mark.parametrize(
    "source",
    [
        "if finding.sentence: pass",
        "print(f'{finding.sentence}: work on a copy')",
        "line = f'{trail}: {finding.sentence or finding.verdict.value}'",
        "at = 0 if found.worst is None else found.worst[0]",
        "row, column = found.worst",
        "told[k] = Diagnosis(culprit.kind, f'a consequence: {culprit.sentence}')",
        "if finding.fault.kind is FaultKind.RAISED: pass",
        "def f(finding):\n    words = finding.sentence\n    return words",
        "def f(words):\n    return 'raised' in words",
        "if name in finding.notes: pass",
    ],
)
def test_a_printer_is_not(source):
    assert readers(source) == []
