using System.Collections.Immutable;

namespace Lab.Engine.Programs.Explaining;

/// <summary>A field that would have had to be different.</summary>
public sealed record FieldChange(Field Field, UInt128 From, UInt128 To)
{
    /// <summary>How many bits of it differ.</summary>
    public int Bits => (int)UInt128.PopCount(From ^ To);

    public override string ToString() =>
        $"{ConditionText.Name(Field)} {ConditionText.Value(Field, To)} instead of {ConditionText.Value(Field, From)}";
}

/// <summary>The least that turns the verdict around, everything else and the connection's state being the same.</summary>
/// <param name="Decider">The rule that would have decided then; null: none, the end of a chain.</param>
public sealed record SmallestChange(ImmutableArray<FieldChange> Fields, Rule? Decider);
