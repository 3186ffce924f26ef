using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;
using Lab.Engine.Packets;

namespace Lab.Engine.Filters.Drafts;

/// <summary>One <c>FilterEntry</c> on its way to a rule.</summary>
internal sealed class DraftEntry(DocumentElement entry, Findings findings)
{
    private const string Ethernet = "Hdr8021Filter", Arp = "ARPFilter", Ip = "IPHeadersFilter";

    /// <summary>Draft elements whose text is an attribute's value, by the element that holds them.</summary>
    private static readonly ImmutableArray<(string Header, string Element, string Attribute)> Values =
    [
        (Ethernet, "HdrSrcMACAddr8021", "srcmacaddr"), (Ethernet, "HdrSrcMACMask8021", "srcmacmask"),
        (Ethernet, "HdrDestMACAddr8021", "dstmacaddr"), (Ethernet, "HdrDestMACMask8021", "dstmacmask"),
        (Ethernet, "HdrVLANID8021", "vlanid"),
        (Arp, "HWType", "hwtype"), (Arp, "ProtocolType", "protocoltype"), (Arp, "OPCode", "opcode"),
        (Arp, "SrcMACAddr", "arpsrcmacaddr"), (Arp, "DestMACAddr", "arpdstmacaddr"),
        (Arp, "SrcIPAddr", "arpsrcipaddr"), (Arp, "DestIPAddr", "arpdstipaddr"),
        (Ip, "HdrSrcAddress", "srcipaddr"), (Ip, "HdrSrcMask", "srcipmask"),
        (Ip, "HdrDestAddress", "dstipaddr"), (Ip, "HdrDestMask", "dstipmask"), (Ip, "HdrProtocolID", "protocol"),
        (Ip, "HdrSrcPortStart", "srcportstart"), (Ip, "HdrSrcPortEnd", "srcportend"),
        (Ip, "HdrDestPortStart", "dstportstart"), (Ip, "HdrDestPortEnd", "dstportend"), (Ip, "HdrDSCP", "dscp"),
    ];

    /// <summary>Draft elements that <see cref="ChooseProtocol"/> reads, or that nothing can express.</summary>
    private static readonly string[] Deciding = ["HdrProtocolID8021", "HdrIPVersion", "HdrPriorityValue8021"];

    public RuleEntry Translate()
    {
        RefuseUnknown();
        RuleAction action = Choose("Action", ("DROP", RuleAction.Drop), ("ACCEPT", RuleAction.Accept));
        RuleDirection direction = Choose("TrafficType", ("incoming", RuleDirection.In), ("outgoing", RuleDirection.Out));
        if (Find(Ethernet, "HdrPriorityValue8021") is { } priority)
        {
            findings.Add(DiagnosticTable.NoEquivalent, priority.Position, "no filter can match the 802.1p priority");
        }

        ProtocolSpec protocol = ChooseProtocol();
        ImmutableArray<AttributeMatch> attributes = Attributes(protocol);
        if (attributes.FirstOrDefault(a => PortRule.IsPort(a.Attribute)) is { } port
            && !PortRule.HasPorts(attributes.FirstOrDefault(a => a.Attribute.Name == "protocol")))
        {
            findings.Add(DiagnosticTable.PortsWithoutProtocol, port.Position, "the entry has ports, but no protocol that has them");
        }

        return new(action, direction, RulePriority.Default, StateMatch: true, protocol, attributes, entry.Position);
    }

    /// <summary>The headers that the entry speaks of decide; its EtherType must not say otherwise.</summary>
    private ProtocolSpec ChooseProtocol()
    {
        (EtherType? type, DocumentElement? typeElement) = ReadEtherType();
        bool arp = Has(Arp), ip = Has(Ip), vlan = Find(Ethernet, "HdrVLANID8021") is not null;
        if (arp && ip)
        {
            findings.Add(DiagnosticTable.Contradiction, entry.Position, "a frame is never ARP and IP at once");
        }

        string name = arp ? (type == EtherType.Rarp ? "rarp" : "arp") : ip ? IpElement() : vlan ? "vlan" : "mac";
        EtherType? implied = name switch
        {
            "arp" => EtherType.Arp,
            "rarp" => EtherType.Rarp,
            "ip" => EtherType.Ipv4,
            "ipv6" => EtherType.Ipv6,
            _ => null,
        };
        if (implied is not null && type is not null && type != implied)
        {
            findings.Add(DiagnosticTable.Contradiction, typeElement!.Position, $"the EtherType is not that of <{name}>");
        }

        return ProtocolTable.Find(name)!;
    }

    private (EtherType? Type, DocumentElement? Element) ReadEtherType()
    {
        AttributeSpec spec = ProtocolTable.Find("mac")!.Find("protocolid")!;
        return Find(Ethernet, "HdrProtocolID8021") is { } element && ReadValue(spec, element) is NumberValue { Bits: var type }
            ? ((EtherType)(ushort)type, element)
            : (null, null);
    }

    private string IpElement()
    {
        if (Find(Ip, "HdrIPVersion") is not { } version)
        {
            return (Find(Ip, "HdrSrcAddress") ?? Find(Ip, "HdrDestAddress")) is { } address && address.Text.Contains(':') ? "ipv6" : "ip";
        }

        if (version.Text.Trim() is not ("4" or "6"))
        {
            findings.Add(DiagnosticTable.IllegalValue, version.Position, $"'{version.Text.Trim()}' is not an IP version", "write 4 or 6");
        }

        return version.Text.Trim() == "6" ? "ipv6" : "ip";
    }

    private ImmutableArray<AttributeMatch> Attributes(ProtocolSpec protocol)
    {
        List<AttributeMatch> attributes = [];
        foreach ((string header, string element, string attribute) in Values)
        {
            if (header != Ip || !Has(Arp)) // both at once have been reported
            {
                Add(protocol, Find(header, element), attribute, attributes);
            }
        }

        string? type = protocol.Name switch { "mac" => "protocolid", "vlan" => "encap-protocol", _ => null };
        if (type is not null)
        {
            Add(protocol, Find(Ethernet, "HdrProtocolID8021"), type, attributes);
        }

        return [.. attributes.OrderBy(a => protocol.Attributes.IndexOf(a.Attribute))];
    }

    private void Add(ProtocolSpec protocol, DocumentElement? element, string attribute, List<AttributeMatch> attributes)
    {
        if (element is null)
        {
            return;
        }

        if (protocol.Find(attribute) is not { } spec)
        {
            findings.Add(DiagnosticTable.NoEquivalent, element.Position, $"<{protocol.Name}> cannot match what <{element.Name}> says");
        }
        else if (ReadValue(spec, element) is { } value)
        {
            attributes.Add(new(spec, value, Negated: false, element.Position));
        }
    }

    private AttributeValue? ReadValue(AttributeSpec spec, DocumentElement element)
    {
        string text = element.Text.Trim();
        ValueGrammar grammar = ValueGrammar.Of(spec.Type);
        AttributeValue? value = text switch
        {
            "THIS_MAC" => new VariableReference("MAC", 0, null),
            "THIS_IP" => new VariableReference("IP", 0, null),
            _ => grammar.Parse(spec, text).Value,
        };
        if (value is null)
        {
            findings.Add(DiagnosticTable.IllegalValue, element.Position, $"'{text}' is not a value of <{element.Name}>", $"write {grammar.Describe(spec)}");
        }

        return value;
    }

    private T Choose<T>(string name, params ReadOnlySpan<(string Word, T Value)> words)
    {
        DocumentElement? element = entry.Children.FirstOrDefault(child => child.Name == name);
        foreach ((string word, T value) in words)
        {
            if (element?.Text.Trim() == word)
            {
                return value;
            }
        }

        if (element is null)
        {
            findings.Add(DiagnosticTable.MissingElement, entry.Position, $"<FilterEntry> needs the element <{name}>");
        }
        else
        {
            findings.Add(DiagnosticTable.IllegalValue, element.Position, $"'{element.Text.Trim()}' is not a value of <{name}>",
                $"write {words[0].Word} or {words[1].Word}");
        }

        return words[0].Value;
    }

    /// <summary>An element of a header that says something; one without text says nothing.</summary>
    private DocumentElement? Find(string header, string element) => entry.Children.Where(child => child.Name == header)
        .SelectMany(child => child.Children).FirstOrDefault(child => child.Name == element && !string.IsNullOrWhiteSpace(child.Text));

    private bool Has(string header) => entry.Children.Where(child => child.Name == header)
        .SelectMany(child => child.Children).Any(child => !string.IsNullOrWhiteSpace(child.Text));

    private void RefuseUnknown()
    {
        DraftImporter.RefuseOthers(entry, ["Action", "TrafficType", Ethernet, Arp, Ip], findings);
        foreach (DocumentElement header in entry.Children)
        {
            DraftImporter.RefuseOthers(header, [.. Values.Where(v => v.Header == header.Name).Select(v => v.Element), .. Deciding], findings);
        }
    }
}
