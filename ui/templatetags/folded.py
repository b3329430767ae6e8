"""Tags that are drawn while the template is read where nothing in them can change: words and icons.

`ui.templates.Loader` keeps each template once per language, so a word in a language is as constant as an icon.
"""

from django import template
from django.template.base import TextNode
from django.templatetags import i18n

from ui import markup

register = template.Library()


@register.tag("trans")
@register.tag("translate")
def trans(parser, token):
    """Django's own; a literal without filters and without a name to keep it under becomes text."""
    node = i18n.do_translate(parser, token)
    if not isinstance(node, i18n.TranslateNode) or node.asvar or node.noop or getattr(parser, "is_abroad", False):
        return node
    parts = filter(None, (node.filter_expression, node.message_context))
    return TextNode(node.render(template.Context())) if all(map(_is_literal, parts)) else node


@register.tag
def language(parser, token):
    """Django's own; the words in it wait until it is drawn, because its language is not that of the template."""
    outside, parser.is_abroad = getattr(parser, "is_abroad", False), True
    try:
        return i18n.language(parser, token)
    finally:
        parser.is_abroad = outside


@register.tag
def icon(parser, token):
    """`{% icon "printer" "icon-large" %}`: an icon of the sprite, and further classes."""
    name, *classes = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    node = IconNode(name, classes[0] if classes else None)
    if _is_literal(name) and all(map(_is_literal, classes)):
        return TextNode(node.render(template.Context()))
    return node


class IconNode(template.Node):
    def __init__(self, name, classes):
        self.name, self.classes = name, classes

    def render(self, context):
        return markup.icon(self.name.resolve(context), self.classes.resolve(context) if self.classes else "")


def _is_literal(expression):
    """Whether a compiled expression is words in quotes and nothing else; those of `trans` are kept as a Variable."""
    constant = isinstance(expression.var, str) or getattr(expression.var, "literal", None) is not None
    return constant and not expression.filters
