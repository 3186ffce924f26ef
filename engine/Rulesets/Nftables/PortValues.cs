using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>A value that fills a hole of a shape.</summary>
/// <param name="Own">Index into the port's own values; null for a value that all ports of its family have.</param>
internal readonly record struct ValueSource(int? Own, UInt128 Constant);

/// <summary>What fills the holes of one group of rules: any of the tuples may match.</summary>
internal sealed record GroupSources(ImmutableArray<ImmutableArray<ValueSource>> Tuples);

/// <summary>One port's values for the holes of its shape.</summary>
/// <param name="Groups">For each group of rules, where its tuples come from; shared by all ports of a family.</param>
/// <param name="Own">What only this port has.</param>
internal sealed record PortValues(ImmutableArray<GroupSources> Groups, ImmutableArray<UInt128> Own)
{
    public UInt128 Of(ValueSource source) => source.Own is { } own ? Own[own] : source.Constant;

    /// <summary>The two fill the same holes with the same.</summary>
    public bool SameAs(PortValues other)
    {
        if (Groups == other.Groups)
        {
            return Own.AsSpan().SequenceEqual(other.Own.AsSpan());
        }

        return Groups.Length == other.Groups.Length && Groups.Zip(other.Groups).All(pair =>
            pair.First.Tuples.Length == pair.Second.Tuples.Length
            && pair.First.Tuples.Zip(pair.Second.Tuples).All(tuples => tuples.First.Select(Of).SequenceEqual(tuples.Second.Select(other.Of))));
    }
}

/// <summary>A port and what it fills the holes of its shape with.</summary>
internal readonly record struct ShapedPort(InterfaceName Device, PortValues Values);

/// <summary>Takes programs apart into what they share and what is their own; what families share, once for each family.</summary>
internal sealed class ShapeReader(ImmutableArray<StageKind> kinds)
{
    private readonly KnownShapes _known = new();
    private readonly Dictionary<ProgramFamily, (ProgramShape Shape, ImmutableArray<GroupSources> Groups)?> _families = [];

    public (ProgramShape Shape, PortValues Values) Read(PortProgram program)
    {
        if (!_families.TryGetValue(program.Family, out (ProgramShape Shape, ImmutableArray<GroupSources> Groups)? shared))
        {
            _families[program.Family] = shared = IsOneShape(program.Family) ? Take(program.Family) : null;
        }

        if (shared is { } family)
        {
            return (family.Shape, new(family.Groups, program.Values));
        }

        (ProgramShape shape, ImmutableArray<GroupSources> groups) = Take(new(program.Whole, []));
        return (shape, new(groups, []));
    }

    private (ProgramShape Shape, ImmutableArray<GroupSources> Groups) Take(ProgramFamily family)
    {
        ImmutableArray<GroupSources>.Builder groups = ImmutableArray.CreateBuilder<GroupSources>();
        ProgramShape shape = ProgramShape.Of(family, kinds, _known, groups);
        return (shape, groups.ToImmutable());
    }

    /// <summary>Whatever the values of a member are, they go into holes and decide nothing else.</summary>
    private bool IsOneShape(ProgramFamily family) => kinds.Select(kind => kind.Of(family.Example)).OfType<Stage>()
        .SelectMany(stage => stage.Chains)
        .All(chain => Enumerable.Range(0, chain.Rules.Length).All(i => IsSteady(family, chain.Rules, i)));

    /// <summary>A negated value of its own decides whether a rule is one group with a neighbour of its shape.</summary>
    private bool IsSteady(ProgramFamily family, ImmutableArray<Rule> rules, int i)
    {
        RuleShape shape = _known.Of(rules[i]);
        bool alone = !new[] { i - 1, i + 1 }.Any(near => near >= 0 && near < rules.Length && _known.Of(rules[near]) == shape);
        return family.OpenOf(rules[i]).All(open => shape.Holes.Contains(open.Condition) && (alone || !shape.IsNegated(open.Condition)));
    }
}
