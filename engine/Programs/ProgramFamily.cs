using System.Collections.Immutable;

namespace Lab.Engine.Programs;

/// <summary>Programs that are alike but for the values that some comparisons ask for: what ports of one filter tree have.</summary>
/// <remarks>
/// A member costs its values. Its rules are made when somebody asks for them; who needs only what differs, such as a
/// lowering that shares chains between ports, looks at the example once and at the values of each.
/// </remarks>
/// <param name="example">One of the members.</param>
/// <param name="open">The comparisons whose value is each member's own; all others ask the same of every member.</param>
public sealed class ProgramFamily(FilterProgram example, ImmutableArray<OpenComparison> open)
{
    private readonly ILookup<Rule, OpenComparison> _openOf = open.ToLookup(comparison => comparison.Rule);

    public FilterProgram Example => example;

    /// <summary>The open comparisons of a rule of the example.</summary>
    public IEnumerable<OpenComparison> OpenOf(Rule rule) => _openOf[rule];

    /// <summary>The whole program of the member with these values.</summary>
    internal FilterProgram Close(ImmutableArray<UInt128> values)
    {
        return example with
        {
            EthernetFromGuest = Stage(example.EthernetFromGuest),
            EthernetToGuest = Stage(example.EthernetToGuest),
            Ipv4 = Stages(example.Ipv4),
            Ipv6 = Stages(example.Ipv6),
        };

        IpStages? Stages(IpStages? stages) => stages is null ? null
            : new(Stage(stages.FromGuestForwarded)!, Stage(stages.ToGuestForwarded)!, Stage(stages.FromGuestToHost)!);

        Stage? Stage(Stage? stage) => stage is null ? null
            : new([.. stage.Chains.Select(chain => chain with { Rules = [.. chain.Rules.Select(rule => _openOf.Contains(rule) ? Fill(rule) : rule)] })]);

        Rule Fill(Rule rule)
        {
            Condition[] conditions = [.. rule.Conditions];
            foreach (OpenComparison own in _openOf[rule])
            {
                conditions[own.Condition] = (FieldEquals)conditions[own.Condition] with { Value = values[own.Value] };
            }

            return rule with { Conditions = [.. conditions] };
        }
    }
}

/// <summary>A <see cref="FieldEquals"/> of all bits of a field, whose value each member of a family has for itself.</summary>
/// <param name="Rule">Of the family's example.</param>
/// <param name="Condition">Index into the rule's conditions.</param>
/// <param name="Value">Index into the member's values.</param>
public readonly record struct OpenComparison(Rule Rule, int Condition, int Value);

/// <summary>The program of one port, as what it shares with its family and the values that are its own.</summary>
public sealed class PortProgram(ProgramFamily family, ImmutableArray<UInt128> values)
{
    private FilterProgram? _whole;

    public ProgramFamily Family { get; } = family;

    /// <summary>One for each value that the open comparisons of the family name.</summary>
    public ImmutableArray<UInt128> Values { get; } = values;

    /// <summary>All of it, made when it is first asked for.</summary>
    public FilterProgram Whole => _whole ??= Family.Close(Values);

    /// <summary>A program without kin.</summary>
    public static PortProgram Of(FilterProgram program) => new(new(program, []), []) { _whole = program };

    /// <summary>Made from the same template with the same values.</summary>
    public bool IsTwinOf(PortProgram other) => ReferenceEquals(this, other)
        || (ReferenceEquals(Family, other.Family) && Values.AsSpan().SequenceEqual(other.Values.AsSpan()));
}
