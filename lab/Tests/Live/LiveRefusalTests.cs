using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Live;
using Lab.Tests.Commands;
using Lab.Tests.Kernel;

namespace Lab.Tests.Live;

/// <summary>What a host refuses that no document can show alone.</summary>
[Collection("console")]
public sealed class LiveRefusalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nwlab-refused-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_interface_without_a_filter_has_nothing_to_bind()
    {
        string file = Path.Combine(_folder, "interface.xml");
        File.WriteAllText(file, "<interface type='bridge'>\n  <source bridge='br0'/>\n  <target dev='tap0'/>\n</interface>\n");

        (int code, string output) = CommandLine.Run("interface", "apply", file, "--state", _folder);

        code.Should().Be(2);
        output.Should().Contain($"{file}:1:2: error {DiagnosticTable.NothingToBind.Code}: ");
    }

    [Fact]
    public void More_bindings_than_are_supported_are_refused()
    {
        FilterBinding one = FilterBindingReader.Read("b.xml", """
            <filterbinding>
              <owner><name>guest</name><uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid></owner>
              <portdev name='tap0'/>
              <mac address='52:54:00:00:00:0a'/>
              <filterref filter='nowhere'/>
            </filterbinding>
            """).Binding!;

        LivePolicy policy = LivePolicy.Of(FilterLibrary.Stock, [.. Enumerable.Repeat(one, LivePolicy.MaximumPorts + 1)], new(new(_folder)));

        policy.Diagnostics.Should().Contain(refusal => refusal.Code == DiagnosticTable.TooManyPorts.Code);
    }

    [KernelTheory]
    [InlineData("net/bridge/bridge-nf-call-iptables", "allow-ipv4-tcp", "tcp")]
    [InlineData("net/bridge/bridge-nf-call-ip6tables", "allow-ipv6-tcp", "tcp-ipv6")]
    public void Ip_rules_that_would_be_without_effect_are_refused(string path, string name, string element)
    {
        string xml = $"<filter name='{name}'>\n  <rule action='drop' direction='out'>\n    <{element}/>\n  </rule>\n</filter>";
        CompileResult compiled = ProgramCompiler.Compile(
            FilterLibrary.Stock.SetItem(name, FilterReader.Read("f.xml", xml).Filter!), name, MacAddress.Parse("52:54:00:00:00:0a"), ParameterSet.Empty);
        using NetworkNamespace space = NetworkNamespace.Create();
        space.Run(() => File.WriteAllText($"/proc/sys/{path}", "0"));

        IEnumerable<Diagnostic> Found(bool tracked) => BridgeNetfilterSwitch.All.SelectMany(
            one => one.Refusals(space, [new(InterfaceName.Parse("tap0"), compiled.Program!)], tracked));

        Found(tracked: true).Should().BeEmpty("the bridge needs no help to drop");
        Found(tracked: false).Should().ContainSingle().Which.ToString().Should().StartWith($"f.xml:2:4: error {DiagnosticTable.BridgeNetfilterOff.Code}: ").And.Contain(path.Split('/')[^1]);
    }
}
