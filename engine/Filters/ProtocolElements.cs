using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;

namespace Lab.Engine.Filters;

/// <summary>
/// The protocol elements of one rule. The first decides the protocol, further ones of the same name are merged into it,
/// all others are ignored; each attribute keeps the sign of the element that carried it.
/// </summary>
internal sealed class ProtocolElements(Findings findings)
{
    private readonly Dictionary<string, AttributeMatch> _attributes = new(StringComparer.Ordinal);

    public ProtocolSpec? Protocol { get; private set; }

    /// <summary>In the order of the protocol's table.</summary>
    public ImmutableArray<AttributeMatch> Attributes() => Protocol is null || _attributes.Count == 0
        ? []
        : AttributeSigns.Settle(Protocol, [.. Protocol.Attributes.Where(spec => _attributes.ContainsKey(spec.Name)).Select(spec => _attributes[spec.Name])]);

    public void Read(DocumentElement element)
    {
        ProtocolSpec? spec = ProtocolTable.Find(element.Name);
        if (spec is null)
        {
            findings.Add(DiagnosticTable.UnknownProtocol, element.Position,
                $"'{element.Name}' is not a protocol; the element is ignored, so the rule matches more than it says",
                Spelling.Suggest(element.Name, ProtocolTable.All.Select(p => p.Name)));
        }
        else if (Protocol is not null && Protocol != spec)
        {
            findings.Add(DiagnosticTable.SecondProtocol, element.Position,
                $"<{spec.Name}> is ignored, because the rule is about <{Protocol.Name}>");
        }
        else
        {
            Protocol = spec;
            ReadAttributes(spec, element);
            RequireProtocolForPorts(spec, element);
        }
    }

    private void ReadAttributes(ProtocolSpec protocol, DocumentElement element)
    {
        bool negated = ReadMatch(element.Find("match"));
        foreach (DocumentAttribute attribute in element.Attributes)
        {
            if (protocol.Find(attribute.Name) is { } spec)
            {
                ReadAttribute(protocol, spec, attribute, negated);
            }
            else if (attribute.Name != "match")
            {
                findings.Add(DiagnosticTable.UnknownAttribute, attribute.Position,
                    $"<{protocol.Name}> has no attribute '{attribute.Name}'; it is ignored, so the rule matches more than it says",
                    Spelling.Suggest(attribute.Name, protocol.Attributes.Select(a => a.Name)));
            }
        }

        new ElementReader(element with { Attributes = [] }, findings).ReportTheRest();
    }

    private bool ReadMatch(DocumentAttribute? match)
    {
        if (match is not null and not { Value: "yes" or "no" })
        {
            findings.Add(DiagnosticTable.MatchValue, match.Position, $"match='{match.Value}' inverts nothing");
        }

        return match is { Value: "no" };
    }

    private void ReadAttribute(ProtocolSpec protocol, AttributeSpec spec, DocumentAttribute attribute, bool negated)
    {
        if (spec.BeyondLibvirt)
        {
            findings.Add(DiagnosticTable.BeyondLibvirt, attribute.Position,
                $"libvirt 9 does not support '{spec.Name}' on <{protocol.Name}>; it has no effect there");
        }

        if (ReadValue(protocol, spec, attribute) is not { } value)
        {
            return;
        }

        if (_attributes.ContainsKey(spec.Name))
        {
            findings.Add(DiagnosticTable.AttributeOverridden, attribute.Position,
                $"'{spec.Name}' was given before in this rule; the later value counts");
        }

        _attributes[spec.Name] = new(spec, value, negated, attribute.Position);
    }

    private AttributeValue? ReadValue(ProtocolSpec protocol, AttributeSpec spec, DocumentAttribute attribute)
    {
        bool isVariable = VariableSyntax.IsReference(attribute.Value);
        ValueGrammar grammar = ValueGrammar.Of(spec.Type);
        ParsedValue parsed = isVariable ? VariableSyntax.Parse(attribute.Value) : grammar.Parse(spec, attribute.Value);
        if (parsed.Value is null)
        {
            findings.Add(isVariable ? DiagnosticTable.MalformedVariable : DiagnosticTable.IllegalValue, attribute.Position,
                isVariable ? $"'{attribute.Value}' in '{spec.Name}' is not a variable reference" : $"'{attribute.Value}' is not a value of '{spec.Name}' on <{protocol.Name}>",
                isVariable ? null : $"write {grammar.Describe(spec)}, or a variable such as $NAME");
        }
        else if (parsed.Caution is { } caution)
        {
            findings.Add(isVariable ? DiagnosticTable.SloppyVariable : DiagnosticTable.SloppyValue, attribute.Position, $"{spec.Name}: {caution}",
                isVariable ? null : $"write {grammar.Describe(spec)}");
        }

        if (parsed.Value is VariableReference && HasNoVariables(spec.Type))
        {
            findings.Add(DiagnosticTable.VariableWithoutEffect, attribute.Position,
                $"libvirt does not put a variable's value into '{spec.Name}'", $"write {grammar.Describe(spec)}");
        }

        return parsed.Value;
    }

    /// <summary>Quirk 16.</summary>
    private static bool HasNoVariables(AttributeType type) => type is
        AttributeType.TcpFlags or AttributeType.ConnectionStates or AttributeType.Boolean or AttributeType.IpSetFlags or AttributeType.Comment;

    /// <summary>What can be said only of all elements together.</summary>
    public void Finish()
    {
        if (_attributes.GetValueOrDefault("ipset") is { } set && Protocol is { } protocol)
        {
            bool kept = protocol.IpProtocol is null;
            if (!kept || !_attributes.ContainsKey("ipsetflags"))
            {
                findings.Add(DiagnosticTable.IpSetLost, set.Position, kept
                    ? "libvirt matches no set without ipsetflags"
                    : $"libvirt does not match a set on <{protocol.Name}>");
            }
        }
    }

    /// <summary>libvirt looks after every element, so the protocol must not come later than the ports.</summary>
    private void RequireProtocolForPorts(ProtocolSpec spec, DocumentElement element)
    {
        if (spec.Layer == ProtocolLayer.Ethernet && _attributes.Values.Any(a => PortRule.IsPort(a.Attribute)) && !PortRule.HasPorts(_attributes.GetValueOrDefault("protocol")))
        {
            findings.Add(DiagnosticTable.PortsWithoutProtocol, element.Position,
                _attributes.TryGetValue("protocol", out AttributeMatch? protocol)
                    ? $"{protocol.Attribute.Name} '{ValueGrammar.Print(protocol.Attribute, protocol.Value)}' has no ports to compare"
                    : $"<{spec.Name}> has ports, but no protocol");
        }
    }
}
