using System.Collections.Immutable;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Programs;

namespace Lab.Kernel;

/// <summary>The ipsets of a topology, which must be there before the rules that name them (nwfilter.md section 4.6.6).</summary>
internal static class IpSets
{
    /// <summary>Makes them in the namespace of the calling thread.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel refused one.</exception>
    public static void Make(ImmutableArray<AddressSet> sets)
    {
        foreach (AddressSet set in sets)
        {
            AddressSetTable.Make(set.Name, set.Version6, set.Prefixes);
        }
    }
}
