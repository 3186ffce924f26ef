using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>
/// A program without the values that may differ between ports: what ports that use one filter tree have in common.
/// Equal shapes share chains.
/// </summary>
/// <remarks>
/// Neighbouring rules that differ only in such values come from one XML rule and a list of values; they form one group,
/// which a packet matches if any of its tuples matches. That holds since their verdict is the same and nothing stands
/// between them.
/// </remarks>
internal sealed class ProgramShape : IEquatable<ProgramShape>
{
    private readonly int _hash;

    private ProgramShape(ImmutableArray<ChainShape> chains)
    {
        Chains = chains;
        HashCode hash = default;
        foreach (ChainShape chain in chains)
        {
            hash.Add(chain.Name);
            foreach (RuleShape group in chain.Groups)
            {
                hash.Add(group.Verdict);
                hash.Add(group.Origin.Position.Line);
                hash.Add(group.Conditions.Length);
            }
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>Of all stages, in the order of the kinds asked for.</summary>
    public ImmutableArray<ChainShape> Chains { get; }

    /// <param name="known">Shapes of rules met before: a shape that is there already is neither made nor compared again.</param>
    /// <param name="sources">Gets, for each group, where the tuples that fill its holes come from.</param>
    public static ProgramShape Of(
        ProgramFamily family, ImmutableArray<StageKind> kinds, KnownShapes known, ImmutableArray<GroupSources>.Builder sources)
    {
        ImmutableArray<ChainShape>.Builder chains = ImmutableArray.CreateBuilder<ChainShape>();
        foreach (StageKind kind in kinds)
        {
            if (kind.Of(family.Example) is not { } stage)
            {
                continue;
            }

            for (int i = 0; i < stage.Chains.Length; i++)
            {
                chains.Add(new(kind, i, stage.Chains[i].Name, stage.Chains[i].End, Group(stage.Chains[i], family, sources, known)));
            }
        }

        return new(chains.ToImmutable());
    }

    public bool Equals(ProgramShape? other) =>
        other is not null && _hash == other._hash && Chains.AsSpan().SequenceEqual(other.Chains.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as ProgramShape);

    public override int GetHashCode() => _hash;

    private static ImmutableArray<RuleShape> Group(
        Chain chain, ProgramFamily family, ImmutableArray<GroupSources>.Builder sources, KnownShapes known)
    {
        ImmutableArray<RuleShape>.Builder groups = ImmutableArray.CreateBuilder<RuleShape>(chain.Rules.Length);
        for (int first = 0, next; first < chain.Rules.Length; first = next)
        {
            RuleShape shape = known.Of(chain.Rules[first]);
            for (next = first + 1; next < chain.Rules.Length && shape.Joins(chain.Rules[next], chain.Rules[first]); next++)
            {
            }

            groups.Add(shape);
            sources.Add(new([.. chain.Rules[first..next].Select(rule => shape.SourcesOf(rule, family))]));
        }

        return groups.DrainToImmutable();
    }
}

/// <summary>The shapes of rules that one lowering has met, by the XML rule that they came from.</summary>
internal sealed class KnownShapes
{
    private readonly Dictionary<SourcePosition, List<RuleShape>> _shapes = [];
    private readonly Dictionary<Rule, RuleShape> _ofRule = new(ReferenceEqualityComparer.Instance);

    /// <remarks>A rule without variables is one object in all programs of a template.</remarks>
    public RuleShape Of(Rule rule) => _ofRule.TryGetValue(rule, out RuleShape? shape) ? shape : Find(rule);

    private RuleShape Find(Rule rule)
    {
        if (!_shapes.TryGetValue(rule.Origin.Position, out List<RuleShape>? known))
        {
            _shapes[rule.Origin.Position] = known = [];
        }

        RuleShape? shape = known.Find(candidate => candidate.Fits(rule));
        if (shape is null)
        {
            known.Add(shape = RuleShape.Of(rule));
            _ofRule.Add(rule, shape);
        }

        return shape;
    }
}

/// <param name="Index">Of the chain in its stage; 0 is the root.</param>
internal sealed record ChainShape(StageKind Kind, int Index, string Name, ChainEnd End, ImmutableArray<RuleShape> Groups)
{
    public bool Equals(ChainShape? other) => other is not null && Kind == other.Kind && Index == other.Index
        && Name == other.Name && End == other.End && Groups.AsSpan().SequenceEqual(other.Groups.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Kind.Name, Index, Name, Groups.Length);
}

/// <summary>A rule with holes.</summary>
/// <param name="Conditions">With 0 in place of the values that belong to holes.</param>
/// <param name="Holes">Which conditions are open, by index.</param>
internal sealed record RuleShape(
    ImmutableArray<Condition> Conditions, ImmutableArray<int> Holes, Verdict Verdict, Origin Origin)
{
    /// <summary>The most that nft takes as a key, less the name of the port (NFT_DATA_VALUE_MAXLEN, IFNAMSIZ).</summary>
    private const int MaximumKey = 64 - 16; // bytes

    public static RuleShape Of(Rule rule)
    {
        ImmutableArray<int>.Builder holes = ImmutableArray.CreateBuilder<int>();
        Condition[] conditions = [.. rule.Conditions];
        int key = 0;
        for (int i = 0; i < conditions.Length; i++)
        {
            if (conditions[i] is FieldEquals c && IsOpen(c) && key + KeyLength(c.Field) <= MaximumKey)
            {
                key += KeyLength(c.Field);
                holes.Add(i);
                conditions[i] = c with { Value = 0 };
            }
        }

        return new([.. conditions], holes.ToImmutable(), rule.Verdict, rule.Origin);
    }

    /// <summary>Where the values come from that fill the holes with what a rule of the family's example asks for.</summary>
    public ImmutableArray<ValueSource> SourcesOf(Rule rule, ProgramFamily family)
    {
        Dictionary<int, int> open = family.OpenOf(rule).ToDictionary(comparison => comparison.Condition, comparison => comparison.Value);
        return [.. Holes.Select(hole => open.TryGetValue(hole, out int value) ? new ValueSource(value, 0) : new(null, ValueAt(rule, hole)))];
    }

    private static UInt128 ValueAt(Rule rule, int condition) => ((FieldEquals)rule.Conditions[condition]).Value;

    /// <summary>Whether this is the shape of the rule.</summary>
    public bool Fits(Rule rule)
    {
        if (rule.Verdict != Verdict || rule.Conditions.Length != Conditions.Length || rule.Origin != Origin)
        {
            return false;
        }

        for (int i = 0; i < Conditions.Length; i++)
        {
            bool same = Conditions[i] is FieldEquals open && Holes.Contains(i)
                ? rule.Conditions[i] is FieldEquals other && other.Field == open.Field && other.Mask == open.Mask && other.Negated == open.Negated
                : ReferenceEquals(Conditions[i], rule.Conditions[i]) || Conditions[i] == rule.Conditions[i];
            if (!same)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a rule differs from the first of a group at most in positive comparisons.</summary>
    /// <remarks>Not one of two addresses is not the same as neither of them, so negated values must agree.</remarks>
    public bool Joins(Rule rule, Rule first) => !Holes.IsEmpty && Fits(rule)
        && Holes.All(hole => !IsNegated(hole) || ValueAt(rule, hole) == ValueAt(first, hole));

    public bool IsNegated(int condition) => ((FieldEquals)Conditions[condition]).Negated;

    public bool Equals(RuleShape? other) => ReferenceEquals(this, other) || other is not null && Verdict == other.Verdict && Origin == other.Origin
        && Conditions.AsSpan().SequenceEqual(other.Conditions.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Verdict, Origin, Conditions.Length);

    /// <summary>Comparisons of whole fields that a set can hold: not with a mask, not fields of odd widths, not EtherTypes,
    /// on which the shape of a rule depends, and not what has to be asked in several ways (spanning tree, transport).</summary>
    private static bool IsOpen(FieldEquals c) => c.Field != Field.EtherType
        && FieldTable.Of(c.Field) is { Bits: var bits, Header: not (Header.Stp or Header.EbtStp or Header.Ports or Header.Tcp), AllOnes: var all } && c.Mask == all && bits % 8 == 0;

    /// <summary>In bytes; a part of a key is rounded up to registers of four.</summary>
    private static int KeyLength(Field field) => (FieldTable.Of(field).Bits + 31) / 32 * 4;
}
