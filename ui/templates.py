"""Keeps compiled templates, one of each language, with their constant parts in one piece."""

import re

from django.template.base import NodeList, TextNode
from django.template.loaders import cached
from django.utils.translation import get_language


class Loader(cached.Loader):
    """Django's cached loader; what `ui.templatetags.folded` drew while reading holds for one language."""

    def cache_key(self, template_name, skip=None):
        return f"{get_language()}:{super().cache_key(template_name, skip)}"

    def get_template(self, template_name, skip=None):
        known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not known and template_name.endswith(".html"):
            join_texts(template)
        return template


_INDENT = re.compile(r"\s*\n\s*")
_BEFORE_BLOCK = re.compile(
    r">\n(?=</?(?:aside|body|details|div|fieldset|form|head|header|legend|li|link|main|meta|nav|script|section|table|ul)\b)"
)
"""No blank is seen between a tag and a block, unlike between two words."""


def join_texts(node):
    """Neighbouring texts become one, without what indents them, in this node and in all that it holds."""
    for nodes in _lists_of(node):
        nodes[:] = _joined(nodes)
        for text in nodes:
            if type(text) is TextNode:
                text.s = _BEFORE_BLOCK.sub(">", _INDENT.sub("\n", text.s))
        for child in nodes:
            join_texts(child)


def _lists_of(node):
    if hasattr(node, "conditions_nodelists"):  # of `if`, whose own list is made anew whenever it is asked for
        return [nodes for _condition, nodes in node.conditions_nodelists]
    found = [getattr(node, name, None) for name in {"nodelist", *getattr(node, "child_nodelists", ())}]
    return [nodes for nodes in found if isinstance(nodes, NodeList)]


def _joined(nodes):
    joined = []
    for node in nodes:
        if type(node) is TextNode and joined and type(joined[-1]) is TextNode:
            before = joined.pop()
            merged = TextNode(before.s + node.s)
            merged.token, merged.origin = getattr(before, "token", None), getattr(before, "origin", None)
            joined.append(merged)
        else:
            joined.append(node)
    return joined
