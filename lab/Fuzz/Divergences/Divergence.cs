using System.Collections.Immutable;

namespace Lab.Fuzz.Divergences;

/// <summary>A known disagreement: one folder of fixtures/divergences, read from its <c>divergence.json</c>.</summary>
/// <param name="Title">One sentence, no full stop.</param>
/// <param name="Right">The testbeds for which the feature beside the entry passes.</param>
/// <param name="Wrong">The testbeds for which it fails; when one of them passes, the entry has healed and must go.</param>
/// <param name="Says">What each side does, by name.</param>
/// <param name="Cause">Why, as it was checked.</param>
/// <param name="Source">A kernel or libvirt source file with the function, or what was run and seen.</param>
/// <param name="Meanings">The modes of meaning that it applies to.</param>
/// <param name="Traits">What a reduced disagreement must have in order to be this one; see <see cref="Traits"/>.</param>
internal sealed record Divergence(
    string Title,
    ImmutableArray<string> Right,
    ImmutableArray<string> Wrong,
    ImmutableSortedDictionary<string, string> Says,
    string Cause,
    string Source,
    ImmutableArray<string> Meanings,
    ImmutableArray<string> Traits)
{
    /// <summary>Whether a disagreement is this one.</summary>
    public bool Explains(Disagreement found)
    {
        bool between = (Right.Contains(found.One) && Wrong.Contains(found.Other)) || (Right.Contains(found.Other) && Wrong.Contains(found.One));
        return between && Traits.All(Divergences.Traits.Of(found).Contains);
    }
}
