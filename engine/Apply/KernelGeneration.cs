using System.Globalization;

namespace Lab.Engine.Apply;

/// <summary>A state of all nf_tables rules in one network namespace: whoever changes any of them makes another.</summary>
/// <remarks>Who finds the generation that he left knows that the kernel holds what he left there.</remarks>
/// <param name="Boot">Numbers begin anew with each boot (/proc/sys/kernel/random/boot_id).</param>
/// <param name="Namespace">The namespace's cookie, which no other one of this boot ever has (SO_NETNS_COOKIE, socket(7)).</param>
/// <param name="Number">Of the last transaction (NFTA_GEN_ID); never 0.</param>
public sealed record KernelGeneration(string Boot, ulong Namespace, uint Number)
{
    /// <summary>What the next transaction makes, whoever sends it (nf_tables_commit, net/netfilter/nf_tables_api.c).</summary>
    public KernelGeneration Next => this with { Number = Number == uint.MaxValue ? 1 : Number + 1 };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Boot} {Namespace} {Number}");
}
