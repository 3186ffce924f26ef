using System.Collections.Immutable;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;

namespace Lab.Commands;

/// <summary>The testbeds that take part in a run, and those that would have and cannot.</summary>
internal sealed record Selection(ImmutableArray<TestbedKind> Kinds, ImmutableArray<(string Testbed, string Reason)> LeftOut)
{
    public ImmutableArray<string> Names => [.. Kinds.Select(kind => kind.Name)];

    /// <param name="on">As given to <c>--on</c>: whoever names a testbed wants it; null takes what can run here.</param>
    /// <exception cref="UserMistakeException">An unknown testbed, or one that was asked for and cannot run here.</exception>
    public static Selection Of(string? on)
    {
        TestbedKind[] wanted = [.. on?.Split(',', StringSplitOptions.TrimEntries).Select(Find)
            ?? TestbedCatalog.All.Where(kind => TestbedCatalog.Default.Contains(kind.Name))];
        (TestbedKind Kind, string? Reason)[] probed = [.. wanted.Select(kind => (kind, kind.WhyNot()))];
        if (on is not null && probed.FirstOrDefault(kind => kind.Reason is not null) is { Reason: { } reason } refused)
        {
            throw new UserMistakeException($"the {refused.Kind.Name} testbed cannot run here: {reason}");
        }

        return new(
            [.. probed.Where(kind => kind.Reason is null).Select(kind => kind.Kind)],
            [.. probed.Where(kind => kind.Reason is not null).Select(kind => (kind.Kind.Name, kind.Reason!))]);
    }

    /// <param name="tracing">Whether testbeds that can are to tell which rules each frame met.</param>
    public IReadOnlyList<ITestbed> Create(bool tracing) => [.. Kinds.Select(kind => kind.Create(tracing))];

    private static TestbedKind Find(string name) => TestbedCatalog.All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new UserMistakeException($"there is no testbed called '{name}'; there is {Listing.Of(TestbedCatalog.All.Select(kind => kind.Name))}");
}
