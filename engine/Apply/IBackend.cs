using System.Collections.Immutable;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Engine.Apply;

/// <summary>A way of making a kernel enforce programs: from policies to transactions. Pure; the applier does the acting.</summary>
public interface IBackend
{
    /// <summary>One word, as <c>--backend</c> takes it.</summary>
    string Name { get; }

    /// <summary>Whether IP rules act only while the kernel shows bridged packets to its IP hooks.</summary>
    bool NeedsBridgeNetfilter { get; }

    /// <summary>What takes a kernel that holds <paramref name="before"/>, as this backend loaded it, to <paramref name="after"/>.</summary>
    /// <remarks>One command where the backend can; with several, a frame may meet the state between two of them.</remarks>
    Lowered<KernelChange> Change(IReadOnlyCollection<PortPolicy> before, IReadOnlyCollection<PortPolicy> after);

    /// <summary>What takes a kernel in an unknown state, that is with some, all or nothing of ours, to <paramref name="after"/>.</summary>
    /// <param name="held">What <see cref="Holdings"/> found.</param>
    Lowered<KernelChange> Restore(IReadOnlySet<string> held, IReadOnlyCollection<PortPolicy> after);

    /// <summary>What of ours the kernel holds, one line each, counters left out, in a form that can be compared between
    /// namespaces: drift is a difference from a private namespace into which the intended state was loaded.</summary>
    ImmutableSortedSet<string> Holdings(IKernel kernel);
}

/// <param name="Commands">To be run in order; empty when nothing is to be done.</param>
public sealed record KernelChange(ImmutableArray<KernelCommand> Commands)
{
    internal static KernelChange Of(IEnumerable<NftChange> steps) => new([.. steps.Where(step => !step.IsNothing).Select(step => new KernelCommand(step))]);
}

/// <summary>The kernel's firewall in one network namespace.</summary>
public interface IKernel
{
    /// <exception cref="KernelRefusedException">Nothing of the command was done.</exception>
    void Run(KernelCommand command);

    /// <summary>Asks libnftables for a listing; empty when there is nothing of the kind.</summary>
    /// <param name="counters">With what changes by itself.</param>
    string ListNft(string command, bool counters = false);

    /// <summary>What a <c>-save</c> tool prints.</summary>
    string Save(KernelTool tool);
}
