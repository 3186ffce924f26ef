using System.Collections.Immutable;

namespace Lab.Engine.Programs;

/// <summary>An ipset of type hash:net: addresses of one version of IP, or whole networks of them.</summary>
/// <param name="Prefixes">Right-aligned; bits behind the prefix do not count. A single address has a prefix as long as itself, and none
/// has the length 0 (hash_net4_uadt).</param>
public sealed record AddressSet(string Name, bool Version6, ImmutableArray<(UInt128 Network, int Length)> Prefixes)
{
    public bool Contains(UInt128 address)
    {
        foreach ((UInt128 network, int length) in Prefixes)
        {
            if ((network ^ address) >> ((Version6 ? 128 : 32) - length) == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The field that a set of this version looks up.</summary>
    public Field FieldOf(SetDimension dimension) => (Version6, dimension) switch
    {
        (false, SetDimension.Source) => Field.Ipv4Source,
        (false, _) => Field.Ipv4Destination,
        (true, SetDimension.Source) => Field.Ipv6Source,
        _ => Field.Ipv6Destination,
    };
}

/// <summary>The ipsets of a host, by name. A packet of the other version of IP is in none of them (ip_set_test).</summary>
/// <remarks>Their type has one dimension; further ones that a rule names are not looked at.</remarks>
public sealed class AddressSets(IEnumerable<AddressSet> sets) : IIpSets
{
    private readonly ImmutableDictionary<string, AddressSet> _sets = sets.ToImmutableDictionary(set => set.Name, StringComparer.Ordinal);

    public bool Contains(InIpSet condition, ReadOnlySpan<byte> frame) => _sets.TryGetValue(condition.Set, out AddressSet? set)
        && FieldReader.TryRead(frame, set.FieldOf(condition.Dimensions[0]), out UInt128 address) == FieldPresence.Present && set.Contains(address);
}
