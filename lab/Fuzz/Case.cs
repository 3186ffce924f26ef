using System.Collections.Immutable;
using Lab.Contract.Testbeds;

namespace Lab.Fuzz;

/// <summary>One policy on one topology, and the frames that are sent through it, in order.</summary>
/// <param name="Number">Within its seed; seed and number make the same case again.</param>
internal sealed record Case(int Number, Topology Topology, ImmutableArray<Stimulus> Stimuli);

/// <summary>Two parties who saw the same case and say different things.</summary>
/// <param name="What">One line: which frame came out where according to whom, or who refused the policy and why.</param>
/// <param name="Stimulus">The index of the first frame that they disagree about; null when they disagree about the policy.</param>
internal sealed record Disagreement(Case Case, string One, string Other, string What, int? Stimulus);
