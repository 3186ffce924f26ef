using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>
/// A filter tree resolved once: its chains and rules in their final order, variables still open. Interfaces that use the
/// same tree share it; <see cref="Instantiation"/> closes it with one interface's parameters.
/// </summary>
/// <remarks>
/// No parameter decides which stages, chains and rules exist or how they are ordered; parameters only decide how often a
/// rule is repeated and what fills its holes. That is what lets a lowering fold interfaces into keyed sets.
/// </remarks>
/// <param name="Warnings">Quirks that the tree touches, and rules that can do nothing.</param>
public sealed record Template(
    string Filter,
    Meaning Meaning,
    TemplateStage? EthernetFromGuest,
    TemplateStage? EthernetToGuest,
    TemplateIpStages? Ipv4,
    TemplateIpStages? Ipv6,
    ImmutableArray<Diagnostic> Warnings)
{
    private ImmutableArray<TemplateRule> _openRules;

    /// <summary>The programs that were made of this template so far, by what parameters do to their rules.</summary>
    internal TemplateFamilies Families { get; } = new();

    /// <summary>The rules that name a variable, each once; all that differs between interfaces is in them.</summary>
    internal ImmutableArray<TemplateRule> OpenRules => _openRules.IsDefault ? _openRules = [.. RulesWithReferences(Stages)] : _openRules;

    /// <summary>Every stage that exists.</summary>
    public IEnumerable<TemplateStage> Stages
    {
        get
        {
            TemplateStage?[] all =
            [
                EthernetFromGuest, EthernetToGuest, .. Ipv4?.All ?? [], .. Ipv6?.All ?? [],
            ];
            return all.OfType<TemplateStage>();
        }
    }

    private static IEnumerable<TemplateRule> RulesWithReferences(IEnumerable<TemplateStage> stages) => stages
        .SelectMany(stage => stage.Chains).SelectMany(chain => chain.Rules).Where(rule => !rule.Expansion.References.IsEmpty)
        .Distinct(ReferenceEqualityComparer.Instance).Cast<TemplateRule>();
}

/// <summary>See <see cref="IpStages"/>.</summary>
public sealed record TemplateIpStages(
    TemplateStage FromGuestForwarded, TemplateStage ToGuestForwarded, TemplateStage FromGuestToHost)
{
    internal ImmutableArray<TemplateStage> All => [FromGuestForwarded, ToGuestForwarded, FromGuestToHost];
}

/// <summary>See <see cref="Stage"/>; the root chain is first, jumps name chains by index.</summary>
public sealed record TemplateStage(ImmutableArray<TemplateChain> Chains);

/// <summary>See <see cref="Chain"/>.</summary>
public sealed record TemplateChain(string Name, ImmutableArray<TemplateRule> Rules, ChainEnd End);

/// <summary>A rule with holes where variables stand.</summary>
/// <param name="Shape">The rule with 0 or an empty text in every hole.</param>
/// <param name="Expansion">How often the rule is repeated, and with what; shared by all copies of one XML rule.</param>
public sealed record TemplateRule(Rule Shape, ImmutableArray<Hole> Holes, Expansion Expansion)
{
    /// <summary>Every hole is the value of a comparison of all bits of a field, and nothing else of that condition is open.</summary>
    internal bool AsksForValuesOnly { get; } = Holes.All(hole => hole.Part == ConditionPart.Value
        && Shape.Conditions[hole.Condition] is FieldEquals whole && whole.Mask == FieldTable.Of(whole.Field).AllOnes
        && Holes.Count(other => other.Condition == hole.Condition) == 1);
}

/// <summary>A place in a rule that a variable fills.</summary>
/// <param name="Condition">Index into the conditions of the rule's shape.</param>
/// <param name="Column">Index into a row of the rule's expansion.</param>
/// <param name="Attribute">The XML attribute that named the variable; its grammar reads the values.</param>
/// <param name="Use">Where that attribute stands.</param>
public sealed record Hole(
    int Condition, ConditionPart Part, int Column, VariableReference Variable, AttributeSpec Attribute, SourcePosition Use);

/// <summary>The part of a condition that a hole stands for.</summary>
public enum ConditionPart
{
    Value,
    Mask,
    Low,
    High,
    TypeLow,
    TypeHigh,
    CodeLow,
    CodeHigh,
    OptionKind,
    Limit,
    SetName,
}
