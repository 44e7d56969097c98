"""How the words of a picture are judged, and how strictly."""

from bot.domain.portraits import sheets
from bot.domain.portraits.spec import Kind, PortraitSpec
from bot.domain.servers.quotas import Policy
from bot.services.portraits.screening import Moderator, Rule


def rule_of(kind: Kind, spec: PortraitSpec) -> Rule:
    """How strictly the words of a picture are judged. A picture that is changed in words is an edit, whoever it shows;
    so is all that is made of an edited one.
    """
    edits = kind is Kind.CHANGE and (spec.by_reference is not None or spec.source is not None)
    return Rule.SOMEBODY if edits or spec.edits or spec.may_show_somebody else Rule.INVENTED


def is_quick(spec: PortraitSpec, policy: Policy, moderator: Moderator, rule: Rule) -> bool:
    """Whether these words are judged before a thread would have begun. A sheet has the words of many pictures."""
    return spec.sheet is None and moderator.is_quick(*spec.written, spec.negative, rule=rule, words=policy.words)


def check_words(spec: PortraitSpec, policy: Policy, moderator: Moderator, rule: Rule) -> None:
    """Raises WordRefused when anything that a person wrote into the spec is refused, by the house or by the server;
    SomebodyWronged by the rule on real people.
    """
    # Panels are judged one by one: each is a picture of its own.
    for each in sheets.wordings(spec):
        _check_picture(each, policy, moderator, rule)


def _check_picture(spec: PortraitSpec, policy: Policy, moderator: Moderator, rule: Rule) -> None:
    # In the order of the prompt, for words that meet there.
    moderator.check_text(*spec.written, rule=rule, words=policy.words)
    moderator.check_negative(spec.negative, " . ".join(spec.written), rule=rule, words=policy.words)
