using System.Collections.Immutable;
using Lab.Contract.Testbeds;

namespace Lab.Fuzz;

/// <summary>One policy on one topology, and the frames that are sent through it, in order.</summary>
/// <param name="Number">Within its seed; seed and number make the same case again.</param>
internal sealed record Case(int Number, Topology Topology, ImmutableArray<Stimulus> Stimuli);

/// <summary>What two parties disagree about.</summary>
internal enum Matter
{
    /// <summary>Whether the policy is legal.</summary>
    Policy,

    /// <summary>What comes out of the ports.</summary>
    Deliveries,

    /// <summary>Which rules a frame met on its way, though it ends alike.</summary>
    Walk,
}

/// <summary>Two parties who saw the same case and say different things.</summary>
/// <param name="What">One line: which frame came out where according to whom, or who refused the policy and why.</param>
/// <param name="Stimulus">The index of the first frame that they disagree about; null when it is no single one.</param>
internal sealed record Disagreement(Case Case, string One, string Other, Matter Matter, string What, int? Stimulus);
