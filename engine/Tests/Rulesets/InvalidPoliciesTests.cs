using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Ebiptables;
using Lab.Engine.Rulesets.Nftables;
using Lab.Tests;
namespace Lab.Engine.Tests.Rulesets;

/// <summary>What only a lowering can refuse. fixtures/invalid/lowerings/NAME holds a filter and a binding; expected.txt is what each lowering says.</summary>
public sealed class InvalidPoliciesTests
{
    private static readonly string Folder = Tree.At("fixtures/invalid/lowerings");

    public static TheoryData<string> Names { get; } = [.. Directory.GetDirectories(Folder).Select(f => Path.GetFileName(f)!).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_policy_that_a_lowering_cannot_express_is_refused_with_the_reason(string name)
    {
        string folder = Path.Combine(Folder, name);
        PortPolicy policy = Policy(folder);

        string said = Section("bridge", BridgeRuleset.Of([policy]).Diagnostics)
            + Section("netdev", DeviceRuleset.Lower([policy]).Diagnostics)
            + Section("ebtables", EbiptablesLowering.Lower(policy).Diagnostics);

        said.Should().Contain($" {DiagnosticTable.All.Single(kind => kind.Name == name).Code}: ");
        Expectation.Matches(said, Path.Combine(folder, "expected.txt"));
    }

    private static string Section(string lowering, ImmutableArray<Diagnostic> refusals) =>
        refusals.IsEmpty ? "" : $"{lowering}:\n{string.Concat(refusals.Select(refusal => $"{refusal}\n"))}";

    private static PortPolicy Policy(string folder)
    {
        FilterDefinition filter = FilterReader.Read("filter.xml", File.ReadAllText(Path.Combine(folder, "filter.xml"))).Filter!;
        FilterBinding binding = FilterBindingReader.Read("binding.xml", File.ReadAllText(Path.Combine(folder, "binding.xml"))).Binding!;
        CompileResult compiled = ProgramCompiler.Compile(
            FilterLibrary.Stock.SetItem(filter.Name, filter), binding.Filter.Filter, binding.Mac, binding.Filter.Parameters);
        return new(binding.Port, compiled.Program!);
    }
}
