using System.Collections.Immutable;

namespace Lab.Commands.Running;

/// <summary>What the command line asked of <c>nwlab run</c>.</summary>
/// <param name="On">Testbeds by name; null for those that can run here.</param>
/// <param name="Tags">A tag expression; null for every scenario.</param>
/// <param name="Steps">Assemblies with bindings of the tester's own.</param>
/// <param name="RerunFailed">Only what did not pass the last time in this folder.</param>
/// <param name="Trace">The kernel tells which rules each frame met.</param>
/// <param name="Annotations">Also print what GitHub shows beside the lines of a change.</param>
internal sealed record RunRequest(
    ImmutableArray<string> Paths, string? On, string? Tags, ImmutableArray<string> Steps, int Jobs, int Seed,
    bool FailFast, bool RerunFailed, bool Watch, bool Timings, bool Trace, bool Annotations, string? Report);
