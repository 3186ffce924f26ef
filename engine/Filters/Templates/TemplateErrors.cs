using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>What can be wrong with a filter tree or its parameters, beyond what reading one document can tell.</summary>
internal static class TemplateErrors
{
    public static Diagnostic MissingFilter(SourcePosition position, string name) => DiagnosticTable.MissingFilter.At(
        position, $"there is no filter named '{name}'");

    public static Diagnostic Cycle(SourcePosition position, IEnumerable<string> path) => DiagnosticTable.Circle.At(
        position, $"filters refer to each other in a circle: {string.Join(" -> ", path)}");

    public static Diagnostic TooManyRules(SourcePosition position, int most) => DiagnosticTable.TooManyRules.At(
        position, $"the filter tree has more than {most} rules");

    /// <param name="asksToLearn">The binding has CTRL_IP_LEARNING, by which libvirt watches a guest until its address is known.</param>
    public static Diagnostic Unresolved(SourcePosition position, IReadOnlyCollection<VariableReference> variables, bool asksToLearn) => DiagnosticTable.UnresolvedVariable.At(
        position, $"no value for {string.Join(", ", variables.Select(v => $"${v}"))}",
        $"give {string.Join(" and ", variables.Select(v => v.Name).Distinct().Select(n => $"a parameter {n}"))}"
            + (asksToLearn ? "; addresses are not learnt, CTRL_IP_LEARNING has no effect" : ""));

    public static Diagnostic NotAValue(SourcePosition value, Hole hole, string text, string expected, string? help) => DiagnosticTable.UnsuitableValue.At(
        value, $"'{text}' does not suit {hole.Attribute.Name} at {hole.Use}, which {hole.Variable} fills: {expected}", help);

    public static Diagnostic TooManyRows(SourcePosition position) => DiagnosticTable.TooManyRows.At(
        position, $"the lists of this rule's variables multiply to more than {Expansion.MaximumRows} rules");

    public static Diagnostic ReversedRange(SourcePosition position, string name) => DiagnosticTable.ReversedRange.At(
        position, $"{name}: the start of the range is above its end");

    public static Diagnostic ProtocolNegatedBesidePorts(SourcePosition position) => DiagnosticTable.NegatedProtocolBesidePorts.At(
        position, "a negated protocol cannot stand beside ports or ICMPv6 types: ebtables refuses it");

    public static Diagnostic TypeWithoutIcmpV6(SourcePosition position) => DiagnosticTable.TypeWithoutIcmpV6.At(
        position, "type and code need protocol='icmpv6': ebtables refuses anything else");

    public static Diagnostic RefusedByTools(SourcePosition position, string name, string reason) => DiagnosticTable.RefusedByTools.At(
        position, $"{name}: {reason}, so libvirt's tools refuse the rule");

    public static Diagnostic StpSourceBothWays(SourcePosition position) => DiagnosticTable.StpSourceBothWays.At(
        position, "srcmacaddr of an stp rule cannot be turned around, as direction='inout' asks");

    public static Diagnostic ListLengths(
        SourcePosition position, VariableReference[] references, ImmutableArray<ParameterValue>[] lists, Meaning meaning)
    {
        string lengths = string.Join(", ", references.Zip(lists, (r, l) => $"${r} has {l.Length}"));
        return QuirkRegister.Of(Quirk.ListLengthsMustAgree) is var quirk && meaning == Meaning.Libvirt
            ? quirk.Refuse(position, $"variables that are read in parallel have lists of different lengths: {lengths}",
                "write $NAME[0] for a single value, or $NAME[@1] to combine every value with every other")
            : new(quirk.Code, Severity.Error, position, $"variables that are read in parallel have lists of different lengths: {lengths}");
    }

    public static Diagnostic NoEffect(SourcePosition position, string name, string why) => DiagnosticTable.NoEffect.At(
        position, $"{name} has no effect: {why}");

    public static Diagnostic NeverReached(SourcePosition position, string chain) => DiagnosticTable.NeverReached.At(
        position, $"this rule never matches: chain '{chain}' does not get the frames it asks for");
}
