using Lab.Engine.Programs;

namespace Lab.Simulated;

/// <summary>Whether the rules for one version of IP, once loaded, make a kernel track its connections: as soon as one asks for a state
/// (switching.md section 4.1).</summary>
internal static class StateDependence
{
    public static bool Has(IpStages? stages) =>
        Stages(stages).SelectMany(stage => stage.Chains).SelectMany(chain => chain.Rules)
            .SelectMany(rule => rule.Conditions).Any(condition => condition is ConnectionStateIn or ConnectionDirectionIs or ConnectionLimitAbove);

    private static IEnumerable<Stage> Stages(IpStages? stages) =>
        stages is null ? [] : [stages.FromGuestForwarded, stages.ToGuestForwarded, stages.FromGuestToHost];
}
