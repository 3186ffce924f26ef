using System.Collections.Immutable;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Live;

namespace Lab.Benchmarks;

/// <summary>Ports bound to clean-traffic, each with an address of its own, as a large host has them.</summary>
internal static class BoundPorts
{
    public const string Filter = "clean-traffic";

    public static InterfaceName Device(int i) => InterfaceName.Parse($"tap{i}");

    public static MacAddress Mac(int i) => MacAddress.FromBits(0x5254_0100_0000ul + (uint)i);

    public static Ipv4Address Ip(int i) => new(0x0A00_0001u + (uint)i);

    public static FilterBinding Binding(int i) => FilterBindingReader.Read("bench", BindingXml(i)).Binding!;

    /// <summary>From parsed definitions to policies, as a live host does it.</summary>
    public static ImmutableArray<PortPolicy> Compile(Template template, IReadOnlyCollection<FilterBinding> bindings) =>
        [.. LivePolicy.Close(template, bindings).Select(closed => LivePolicy.PortOf(closed.Binding, closed.Compiled)!)];

    public static Template Template(IReadOnlyDictionary<string, FilterDefinition>? filters = null) =>
        ProgramCompiler.Resolve(filters ?? FilterLibrary.Stock, Filter).Template!;

    /// <summary>clean-traffic with one rule more in one of the filters that it refers to.</summary>
    public static ImmutableDictionary<string, FilterDefinition> Redefined()
    {
        FilterDefinition old = FilterLibrary.Stock["no-mac-spoofing"];
        RuleEntry rule = (RuleEntry)old.Entries[0] with { Direction = RuleDirection.In, Priority = -5 };
        return FilterLibrary.Stock.SetItem(old.Name, old with { Entries = old.Entries.Add(rule) });
    }

    public static string BindingXml(int i) =>
        $"""
        <filterbinding><owner><name>g{i}</name><uuid>7b5cd6fb-4a3c-4b3f-9d55-{i:x12}</uuid></owner><portdev name='{Device(i)}'/>
        <mac address='{Mac(i)}'/><filterref filter='{Filter}'><parameter name='IP' value='{Ip(i)}'/></filterref></filterbinding>
        """;
}
