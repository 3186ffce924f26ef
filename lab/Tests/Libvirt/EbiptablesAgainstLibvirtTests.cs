using System.Collections.Immutable;
using Lab.Engine.Apply;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Fuzz;
using Lab.Kernel;
using Lab.Libvirt;
using Microsoft.Win32.SafeHandles;

namespace Lab.Tests.Libvirt;

/// <summary>A real libvirtd and our lowering load the rules of the same binding, one after the other, into the same namespace.</summary>
public sealed class EbiptablesAgainstLibvirtTests : IClassFixture<EbiptablesAgainstLibvirtTests.Daemon>
{
    private const string Port = "lab0";
    private static readonly MacAddress Mac = MacAddress.Parse("52:54:00:11:22:33");

    private readonly Daemon _daemon;

    public EbiptablesAgainstLibvirtTests(Daemon daemon) => _daemon = daemon;

    public sealed class Daemon : IDisposable
    {
        internal PrivateLibvirtd? Libvirt { get; }

        internal NetworkNamespace? Space { get; }

        public Daemon()
        {
            if (PrivateLibvirtd.WhyNot is not null)
            {
                return;
            }

            Libvirt = PrivateLibvirtd.Start();
            using SafeFileHandle file = File.OpenHandle(Libvirt.NetworkNamespace);
            Space = NetworkNamespace.Enter(file);
            Space.Run(() =>
            {
                TapDevice.Create(InterfaceName.Parse(Port)).Dispose();
                IpSets.Make(Palette.IpSets);
            });
        }

        public void Dispose()
        {
            Space?.Dispose();
            Libvirt?.Dispose();
        }
    }

    [LibvirtFact]
    public void Every_stock_filter_becomes_the_rules_that_libvirt_loads()
    {
        foreach (FilterDefinition filter in FilterLibrary.Stock.Values.OrderBy(filter => filter.Name, StringComparer.Ordinal))
        {
            OursShouldEqualTheirs(FilterLibrary.Stock, filter.Name);
        }
    }

    /// <summary>Every element in every direction, with attributes drawn by the seed, all in one filter: one binding.</summary>
    [LibvirtTheory]
    [InlineData(ProtocolLayer.Ethernet, 1)]
    [InlineData(ProtocolLayer.Ethernet, 2)]
    [InlineData(ProtocolLayer.Ipv4, 1)]
    [InlineData(ProtocolLayer.Ipv4, 2)]
    [InlineData(ProtocolLayer.Ipv6, 1)]
    [InlineData(ProtocolLayer.Ipv6, 2)]
    public void Every_protocol_element_becomes_the_rules_that_libvirt_loads(ProtocolLayer layer, int seed)
    {
        Random random = new(seed);
        ImmutableArray<FilterEntry> rules =
        [
            .. from protocol in ProtocolTable.All
               where protocol.Layer == layer
               from direction in Enum.GetValues<RuleDirection>()
               select new RuleEntry(
                   (RuleAction)random.Next(4), direction, 500, random.Next(4) > 0, protocol,
                   new AttributeGenerator(random, []).Next(protocol, direction), new("elements", 1, 1)),
        ];
        FilterDefinition filter = new("elements", Guid.Parse("6f9f1b3e-2f6e-4c54-9c6b-2b1c5ab2e7d2"), ChainName.Root, false, 0, rules, new("elements", 1, 1));

        OursShouldEqualTheirs(ImmutableDictionary<string, FilterDefinition>.Empty.Add(filter.Name, filter), filter.Name);
    }

    /// <summary>Trees with chains, priorities, references and variables. LAB_CASES says how many, from 5 on.</summary>
    [LibvirtFact]
    public void Generated_trees_become_the_rules_that_libvirt_loads()
    {
        int cases = int.TryParse(Environment.GetEnvironmentVariable("LAB_CASES"), out int asked) ? asked : 5;
        for (int i = 0; i < cases; i++)
        {
            Policy policy = new PolicyGenerator(new Random(i)).Next();
            ShouldEqual(policy.Filters, policy.Use.Filter, policy.Use.Parameters);
        }
    }

    private void OursShouldEqualTheirs(ImmutableDictionary<string, FilterDefinition> filters, string name)
    {
        ParameterSet parameters = ParameterSet.Empty;
        foreach ((string variable, string value) in ((string, string)[])
            [("IP", "192.0.2.10"), ("IP", "192.0.2.11"), ("IPV6", "2001:db8::10"), ("GATEWAY_MAC", "52:54:00:00:00:fe"),
             ("DHCPSERVERV6", "2001:db8::1"),
             ("DHCPSERVER", name.Contains("v6", StringComparison.Ordinal) ? "2001:db8::1" : "192.0.2.1")])
        {
            parameters = parameters.Append(variable, new(value, new("test", 1, 1)));
        }

        ShouldEqual(filters, name, parameters);
    }

    private void ShouldEqual(ImmutableDictionary<string, FilterDefinition> filters, string name, ParameterSet parameters)
    {
        string[] theirs = LoadedByLibvirt(filters, name, parameters);
        string[] ours = LoadedByUs(filters, name, parameters);

        ours.Select(AcceptedDifferences.Apply).Should().Equal(theirs.Select(AcceptedDifferences.Apply), $"libvirt loads this for {name}:\n{string.Join('\n', filters.Values.Where(filter => filters.Count < 10).Select(FilterWriter.Write))}");
    }

    private string[] LoadedByLibvirt(ImmutableDictionary<string, FilterDefinition> filters, string name, ParameterSet parameters)
    {
        PrivateLibvirtd libvirt = _daemon.Libvirt!;
        Clean();
        libvirt.Undefine(libvirt.List());
        libvirt.Define(filters.Values.Select(FilterWriter.Write)).Should().OnlyContain(answer => answer.Succeeded);
        string values = string.Concat(parameters.Values.SelectMany(list => list.Value.Select(value =>
            $"<parameter name='{list.Key}' value='{value.Text}'/>")));
        libvirt.Bind([$"""
            <filterbinding>
              <owner><name>g</name><uuid>6f9f1b3e-2f6e-4c54-9c6b-2b1c5ab2e7d1</uuid></owner>
              <portdev name='{Port}'/><mac address='{Mac}'/>
              <filterref filter='{name}'>{values}</filterref>
            </filterbinding>
            """])[0].Refusal.Should().BeNull();
        string[] rules = [.. Rules()];
        libvirt.Unbind([Port])[0].Refusal.Should().BeNull();
        Clean();
        return rules;
    }

    private string[] LoadedByUs(ImmutableDictionary<string, FilterDefinition> filters, string name, ParameterSet parameters)
    {
        FilterProgram program = ProgramCompiler.Compile(filters, name, Mac, parameters).Program!;
        PortPolicy[] ports = [new(InterfaceName.Parse(Port), program)];
        EbiptablesBackend backend = new();
        using KernelFirewall kernel = new(_daemon.Space!);
        Run(kernel, backend.Change([], ports).Value!);
        string[] rules = [.. Rules()];
        Run(kernel, backend.Change(ports, []).Value!);
        Rules().Should().BeEmpty();
        return rules;
    }

    /// <summary>libvirt never removes the shared chains, and after a failure leaves more (nwfilter.md, quirks 4 and 33).</summary>
    private void Clean()
    {
        EbiptablesBackend backend = new();
        using KernelFirewall kernel = new(_daemon.Space!);
        Run(kernel, backend.Restore(backend.Holdings(kernel), []).Value!);
    }

    private static void Run(IKernel kernel, KernelChange change)
    {
        foreach (KernelCommand command in change.Commands)
        {
            kernel.Run(command);
        }
    }

    /// <summary>The rules about the port, grouped by chain as the tools print them.</summary>
    private IEnumerable<string> Rules() => ((string[])["ebtables-save", "iptables-save", "ip6tables-save"]).SelectMany(tool =>
        _daemon.Libvirt!.Run(tool).Split('\n').Where(line => line.StartsWith("-A", StringComparison.Ordinal) && line.Contains(Port, StringComparison.Ordinal))
            .Select(line => $"{tool} {line}"));
}
