using Lab.Engine.Filters.Model;

namespace Lab.Tests.Filters;

/// <summary>What libvirt 9 does to a rule between reading and printing it, and we on purpose do not.</summary>
internal static class LibvirtBending
{
    private static readonly string[] Ports = ["srcportstart", "srcportend", "dstportstart", "dstportend"];

    public static FilterDefinition Bend(FilterDefinition filter) =>
        filter with { Entries = [.. filter.Entries.Select(e => e is RuleEntry { Protocol: { } protocol } rule ? Bend(rule, protocol) : e)] };

    private static RuleEntry Bend(RuleEntry rule, ProtocolSpec protocol)
    {
        IEnumerable<AttributeMatch> attributes = rule.Attributes
            .Where(a => !(a.Attribute.BeyondLibvirt && a.Attribute.Name == "flags")); // quirk 9
        if (protocol.Layer != ProtocolLayer.Ethernet && protocol.IpProtocol is not null)
        {
            bool sign = attributes.FirstOrDefault(a => a.Attribute.Name == "srcportstart")?.Negated ?? false;
            attributes = Sets(protocol, attributes) // quirk 15
                .Select(a => Ports.Contains(a.Attribute.Name) ? a with { Negated = sign } : a); // quirk 17
        }

        return rule with { Attributes = [.. attributes] };
    }

    /// <summary>A set without flags gets some; flags, with or without a set, take both away.</summary>
    private static IEnumerable<AttributeMatch> Sets(ProtocolSpec protocol, IEnumerable<AttributeMatch> attributes)
    {
        bool flags = attributes.Any(a => a.Attribute.Name == "ipsetflags");
        foreach (AttributeMatch attribute in attributes)
        {
            bool set = attribute.Attribute.Name == "ipset";
            if (!flags || (!set && attribute.Attribute.Name != "ipsetflags"))
            {
                yield return attribute;
            }

            if (set && !flags)
            {
                yield return new(protocol.Find("ipsetflags")!, new TextValue("src"), Negated: false, attribute.Position);
            }
        }
    }
}
