using System.Collections.Immutable;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters;

/// <summary>
/// A mask or the end of a range has no sign of its own (nwfilter.md section 2.3): it takes that of the attribute it
/// belongs to, as libvirt settles it after reading.
/// </summary>
/// <remarks>
/// Left as written, because libvirt forgets them and prints them so: whatever stands on <c>arp</c> and <c>rarp</c>, and MAC
/// masks on <c>ipv6</c>. Port ranges are another matter: their signs are quirk 17 on L3 rules and count on layer 2.
/// </remarks>
internal static class AttributeSigns
{
    public static ImmutableArray<AttributeMatch> Settle(ProtocolSpec protocol, ImmutableArray<AttributeMatch> attributes) =>
        [.. attributes.Select(a => !IsForgotten(protocol, a.Attribute) && MainRole(a.Attribute) is { } main ? a with { Negated = SignOf(main, a.Attribute, attributes) } : a)];

    private static bool IsForgotten(ProtocolSpec protocol, AttributeSpec attribute) =>
        protocol.Name is "arp" or "rarp" || (protocol.Name == "ipv6" && attribute.Type == AttributeType.MacMask);

    private static bool SignOf(AttributeRole[] main, AttributeSpec companion, ImmutableArray<AttributeMatch> attributes) =>
        attributes.FirstOrDefault(a => a.Attribute.Field == companion.Field && main.Contains(a.Attribute.Role)
            && IsRange(a.Attribute) == IsRange(companion))?.Negated ?? false;

    /// <summary>Null for an attribute with a sign of its own.</summary>
    private static AttributeRole[]? MainRole(AttributeSpec attribute) => attribute.Role switch
    {
        AttributeRole.Mask => [AttributeRole.Value],
        AttributeRole.RangeEnd when !PortRule.IsPort(attribute) => [AttributeRole.RangeStart, AttributeRole.Value],
        AttributeRole.IcmpTypeEnd or AttributeRole.IcmpCode or AttributeRole.IcmpCodeEnd => [AttributeRole.IcmpType],
        _ => null,
    };

    /// <summary>srcipfrom and srcipto speak of the same field as srcipaddr, and yet go together only with each other.</summary>
    private static bool IsRange(AttributeSpec attribute) =>
        attribute.Name.EndsWith("ipfrom", StringComparison.Ordinal) || attribute.Name.EndsWith("ipto", StringComparison.Ordinal);
}
