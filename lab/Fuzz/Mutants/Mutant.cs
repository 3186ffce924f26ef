using System.Collections.Immutable;
using Lab.Engine.Apply;

namespace Lab.Fuzz.Mutants;

/// <summary>What a lowering emitted, with one fault in it.</summary>
/// <param name="Translation">What is translated wrongly: the stage and the test, without the values of this policy.</param>
/// <param name="Fault">In which way.</param>
/// <param name="Emission">The ruleset with the fault at one place.</param>
/// <param name="Equivalent">Why no frame can tell the fault at this place; null when one should.</param>
internal sealed record Mutant(string Translation, string Fault, IEmission Emission, string? Equivalent);

/// <summary>The rules of one topology as a lowering's data, to be broken and to be loaded.</summary>
internal interface IEmission
{
    /// <summary>The rules as the kernel's tools read them, one a line.</summary>
    string Text { get; }

    /// <summary>Takes a kernel that holds another emission for the same ports, or nothing, to this one; markers pass.</summary>
    ImmutableArray<KernelCommand> After(IEmission? loaded);

    /// <summary>Every single fault that this lowering could have put into these rules.</summary>
    IEnumerable<Mutant> Mutants();
}
