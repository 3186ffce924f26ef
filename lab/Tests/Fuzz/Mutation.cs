using Lab.Engine.Programs;

namespace Lab.Tests.Fuzz;

/// <summary>A program with conditions that a lowering will translate as if it had misread them.</summary>
internal static class Mutation
{
    public static FilterProgram Of(FilterProgram program, Func<Condition, Condition> mutate) =>
        OfRules(program, rule => rule with { Conditions = [.. rule.Conditions.Select(mutate)] });

    public static FilterProgram OfRules(FilterProgram program, Func<Rule, Rule> mutate) => program with
    {
        EthernetFromGuest = Of(program.EthernetFromGuest, mutate),
        EthernetToGuest = Of(program.EthernetToGuest, mutate),
        Ipv4 = Of(program.Ipv4, mutate),
        Ipv6 = Of(program.Ipv6, mutate),
    };

    private static IpStages? Of(IpStages? stages, Func<Rule, Rule> mutate) => stages is null ? null : new(
        Of(stages.FromGuestForwarded, mutate)!, Of(stages.ToGuestForwarded, mutate)!, Of(stages.FromGuestToHost, mutate)!);

    private static Stage? Of(Stage? stage, Func<Rule, Rule> mutate) => stage is null ? null : new(
        [.. stage.Chains.Select(chain => chain with { Rules = [.. chain.Rules.Select(mutate)] })]);
}
