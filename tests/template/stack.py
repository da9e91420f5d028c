"""A template as CloudFormation would see it: parameters given, conditions decided, functions resolved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

ROOT = Path(__file__).parent.parent.parent
ACCOUNT, REGION = "111111111111", "us-west-2"
Body: TypeAlias = dict[str, Any]
"""A part of a template; its shape is what the tests are about."""
_NO_VALUE = object()
BY_ARN = ("AWS::SNS::Topic", "AWS::IAM::ManagedPolicy", "AWS::SecretsManager::Secret")
"""Types whose `!Ref` is an ARN."""


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> Body:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {name: text.split(".", 1) if name == "Fn::GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)


class Stack:
    """A template with parameters: its resources are those that its conditions let exist."""

    def __init__(self, path: str, name: str, parameters: Mapping[str, object] | None = None) -> None:
        self.text = (ROOT / path).read_text(encoding="utf-8")
        self.template: Body = yaml.load(self.text, Loader=_Loader)  # noqa: S506 - derives from the safe loader
        self._name = name
        self.given = {key: str(value) for key, value in (parameters or {}).items()}
        defaults = {key: body.get("Default", f"given-{key}") for key, body in self.template["Parameters"].items()}
        self._parameters = {key: self._typed(key, value) for key, value in (defaults | dict(parameters or {})).items()}
        declared: Body = self.template["Resources"]
        self._declared = declared
        self.resources: dict[str, Body] = {
            key: self.resolve(body) for key, body in declared.items() if self._exists(body)
        }

    def of_type(self, kind: str) -> dict[str, Body]:
        """The properties of all resources of a type, by logical id."""
        return {key: body["Properties"] for key, body in self.resources.items() if body["Type"] == kind}

    def resolve(self, value: Any) -> Any:
        """The value with all intrinsic functions resolved."""
        if isinstance(value, list):
            return [found for item in value if (found := self.resolve(item)) is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument) = next(iter(value.items()))
            if name == "Ref" or (name.startswith("Fn::") and name in _FUNCTIONS):
                return _FUNCTIONS[name](self, argument)
        return {key: found for key, item in value.items() if (found := self.resolve(item)) is not _NO_VALUE}

    def _typed(self, name: str, value: object) -> object:
        is_list = self.template["Parameters"][name]["Type"] == "CommaDelimitedList"
        return str(value).split(",") if is_list and value else ([""] if is_list else str(value))

    def _exists(self, body: Body) -> bool:
        return "Condition" not in body or bool(self.holds(body["Condition"]))

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template holds with these parameters."""
        return bool(self.resolve(self.template["Conditions"][condition]))

    def ref(self, name: str) -> Any:
        """What `!Ref` gives."""
        pseudo = {
            "AWS::StackName": self._name,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self._name}/1",
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": _NO_VALUE,
        }
        if name in pseudo:
            return pseudo[name]
        if name in self._parameters:
            return self._parameters[name]
        kind = self._declared[name]["Type"]
        return self.attribute(name, "Arn") if kind in BY_ARN else self._id(name)

    def attribute(self, name: str, attribute: str) -> str:
        """What `!GetAtt` gives: the real form of the ARNs that the tests reason about."""
        kind = self._declared[name]["Type"].rsplit("::", 1)[1]
        if attribute != "Arn":
            return f"{self.attribute(name, 'Arn')}/stream/1" if attribute == "StreamArn" else self._id(name)
        bus = self.resolve(self._declared[name]["Properties"].get("EventBusName", ""))
        form = {
            "Queue": f"sqs:{REGION}:{ACCOUNT}:",
            "Table": f"dynamodb:{REGION}:{ACCOUNT}:table/",
            "EventBus": f"events:{REGION}:{ACCOUNT}:event-bus/",
            "Rule": f"events:{REGION}:{ACCOUNT}:rule/{bus}{'/' if bus else ''}",
            "Role": f"iam::{ACCOUNT}:role/",
            "ManagedPolicy": f"iam::{ACCOUNT}:policy/",
            "Bucket": "s3:::",
            "Secret": f"secretsmanager:{REGION}:{ACCOUNT}:secret:",
            "Topic": f"sns:{REGION}:{ACCOUNT}:",
            "Function": f"lambda:{REGION}:{ACCOUNT}:function:",
        }[kind]
        return f"arn:aws:{form}{self._id(name)}" + ("-AbCdEf" if kind == "Secret" else "")

    def _id(self, name: str) -> str:
        """The resource's physical name: given, or as CloudFormation would make one up."""
        properties = self._declared[name].get("Properties", {})
        named = ("QueueName", "RoleName", "ManagedPolicyName", "FunctionName", "TopicName", "Name")
        given = next((properties[key] for key in named if key in properties), None)
        return str(self.resolve(given)) if given is not None else f"{self._name}-{name}"

    def substitute(self, argument: Any) -> str:
        """What `!Sub` gives."""
        assert isinstance(argument, str), "the templates use no !Sub with a map of its own"
        return re.sub(r"\$\{([^}!]+)\}", lambda found: self._inner(found[1]), argument)

    def _inner(self, name: str) -> str:
        return self.attribute(*name.split(".", 1)) if "." in name else str(self.ref(name))

    def choose(self, argument: list[Any]) -> Any:
        """What `!If` gives."""
        condition, then, otherwise = argument
        return self.resolve(then if self.holds(condition) else otherwise)


def _equals(stack: Stack, argument: list[Any]) -> bool:
    left, right = (stack.resolve(side) for side in argument)
    return bool(left == right)


def _find_in_map(stack: Stack, argument: list[Any]) -> Any:
    name, first, second = (stack.resolve(part) for part in argument)
    return stack.template["Mappings"][name][first][second]


_FUNCTIONS: dict[str, Callable[[Stack, Any], Any]] = {
    "Ref": Stack.ref,
    "Fn::GetAtt": lambda stack, argument: stack.attribute(*argument),
    "Fn::Sub": Stack.substitute,
    "Fn::If": Stack.choose,
    "Fn::Equals": _equals,
    "Fn::Not": lambda stack, argument: not stack.resolve(argument[0]),
    "Fn::Join": lambda stack, argument: argument[0].join(stack.resolve(argument[1])),
    "Fn::FindInMap": _find_in_map,
}


def all_mappings(part: Any) -> Iterator[Body]:
    """Every mapping in a part of a template, itself included."""
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from all_mappings(value)
    elif isinstance(part, list):
        for item in part:
            yield from all_mappings(item)
