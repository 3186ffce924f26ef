using Lab.Benchmarks;
using Lab.Engine.Apply;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Model;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Live;
using Lab.Store;
using Lab.Tests.Kernel;

namespace Lab.Tests.Live;

/// <summary>SIGKILL at each step of a change: what is enforced is the old policy or the new one, before recovery and after.</summary>
public sealed class KillTests : IDisposable
{
    private const string OldAddress = "10.0.0.1", NewAddress = "10.0.0.2", Forbidden = "10.0.0.9";

    private readonly Stage _stage = new();

    /// <summary>Every step that a change passes when the kernel agrees; a change drafts two files, the journal first.</summary>
    public static TheoryData<string> Steps =>
        [.. FaultPoint.All.Where(point => point != FaultPoint.Undone), $"{FaultPoint.Drafted}:2"];

    public void Dispose() => _stage.Dispose();

    [KernelTheory]
    [MemberData(nameof(Steps))]
    public void A_binding_killed_while_it_changes_is_the_old_or_the_new_one(string step)
    {
        Bind(OldAddress);

        Kill(step, "binding", "create", Document("new.binding", Binding(NewAddress)));

        ExpectOldOrNew();
        Recover();
        ExpectOldOrNew();
        string stored = _stage.State.Bindings.Load().Bindings.Single().Filter.Parameters.Values["IP"].Single().Text;
        Passes(stored).Should().BeTrue("the kernel follows the stored binding");
    }

    [KernelTheory]
    [MemberData(nameof(Steps))]
    public void A_filter_killed_while_it_changes_under_its_bindings_is_the_old_or_the_new_one(string step)
    {
        Define("base", Only(OldAddress));
        Define("mine", "<filterref filter='base'/>");
        Bind(OldAddress, "mine");

        Kill(step, "filter", "define", Document("base.xml", Filter("base", Only(NewAddress))));

        ExpectOldOrNew();
        Recover();
        ExpectOldOrNew();
        FilterWriter.Write(_stage.State.Filters.Load().All["base"]).Contains(NewAddress, StringComparison.Ordinal).Should()
            .Be(Passes(NewAddress), "the kernel follows the stored definition");
    }

    [KernelTheory]
    [InlineData(FaultPoint.Checked)]
    [InlineData(FaultPoint.Drafted)]
    [InlineData(FaultPoint.Journaled)]
    [InlineData(FaultPoint.Stored)]
    [InlineData(FaultPoint.Loading)]
    [InlineData(FaultPoint.Applied)]
    public void A_binding_killed_while_it_goes_is_whole_or_gone(string step)
    {
        Bind(OldAddress);

        Kill(step, "binding", "delete", "tap0");
        Recover();

        Passes(Forbidden).Should().Be(_stage.State.Bindings.Load().Bindings.IsEmpty);
        Passes(OldAddress).Should().BeTrue();
    }

    [KernelTheory]
    [InlineData(FaultPoint.Loading)]
    [InlineData(FaultPoint.Applied)]
    public void A_recovery_that_is_killed_is_made_good_by_the_next(string step)
    {
        Bind(OldAddress);
        Kill(FaultPoint.Stored, "binding", "create", Document("new.binding", Binding(NewAddress)));

        Kill(step, "recover");
        ExpectOldOrNew();
        Recover();

        Passes(NewAddress).Should().BeTrue();
        Passes(OldAddress).Should().BeFalse();
    }

    /// <remarks>Whether a set exists is something that only the kernel can say.</remarks>
    [KernelFact]
    public void A_change_that_the_kernel_refuses_is_undone_even_when_that_is_killed()
    {
        BindByTables(Only(OldAddress));

        Kill(FaultPoint.Undone, "filter", "define", Document("mine.xml", Filter("mine", Only(NewAddress) + OfAnAbsentSet)));
        Recover();

        ExpectOldOrNew();
        Passes(OldAddress).Should().BeTrue("the kernel would not have the new one");
    }

    [KernelFact]
    public void A_recovery_that_the_kernel_refuses_goes_back_even_when_that_is_killed()
    {
        BindByTables(Only(OldAddress));
        Kill(FaultPoint.Stored, "filter", "define", Document("mine.xml", Filter("mine", Only(NewAddress) + OfAnAbsentSet)));

        Kill(FaultPoint.Undone, "recover");
        ExpectOldOrNew();
        Recover();

        ExpectOldOrNew();
        Passes(OldAddress).Should().BeTrue("the kernel would not have the new one");
    }

    /// <summary>The three tools are three transactions; what a kill left between them is gone after recovery.</summary>
    [KernelTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_change_killed_between_ebtables_and_iptables_is_completed(int transaction)
    {
        BindByTables(OnEachLayer(OldAddress));

        Kill($"{FaultPoint.Loading}:{transaction}", "filter", "define", Document("mine.xml", Filter("mine", OnEachLayer(NewAddress))));

        Passes(Forbidden).Should().BeFalse("no part of either policy lets it pass");
        Recover();
        Passes(Forbidden).Should().BeFalse();
        Passes(OldAddress).Should().BeFalse();
        Passes(NewAddress).Should().BeTrue();
    }

    /// <summary>A definition that no port uses is no journal's business: it has its file and nothing else.</summary>
    [Fact]
    public void A_definition_killed_before_its_file_is_renamed_stays_as_it_was_and_leaves_nothing()
    {
        FilterDefinition Stored() => _stage.State.Filters.Load().All["web"];
        _stage.State.Filters.Define(FilterReader.Read("web.xml", Filter("web", Only(OldAddress))).Filter!).Refusal.Should().BeNull();
        string before = FilterWriter.Write(Stored());

        Kill(FaultPoint.Drafted, "filter", "define", Document("web.xml", Filter("web", Only(NewAddress))));

        FilterWriter.Write(Stored()).Should().Be(before);
        Drafts().Should().ContainSingle("the kill came before the rename");
        _stage.State.Filters.Define(FilterReader.Read("other.xml", Filter("other", "")).Filter!).Refusal.Should().BeNull();
        Drafts().Should().BeEmpty();
        FilterWriter.Write(Stored()).Should().Be(before);
    }

    [KernelFact]
    public void Rules_flushed_from_outside_are_missed_and_put_back()
    {
        Bind(OldAddress);
        using (KernelFirewall kernel = new(_stage.Space))
        {
            kernel.Run(new(KernelTool.Nft, "flush ruleset", []));
        }

        Host(host => host.Inspect()).Missing.Should().NotBeEmpty();
        Recover();

        Passes(Forbidden).Should().BeFalse();
    }

    [KernelFact]
    public void Rules_that_have_counted_frames_have_not_drifted()
    {
        Bind(OldAddress);

        Passes(Forbidden).Should().BeFalse();

        Host(host => host.Inspect()).None.Should().BeTrue();
    }

    [KernelFact]
    public void Tables_of_others_are_left_alone()
    {
        using KernelFirewall kernel = new(_stage.Space);
        kernel.Run(new(KernelTool.Nft, "table bridge theirs { chain c { type filter hook forward priority 0; accept; }\n}", []));
        string before = kernel.ListNft("list table bridge theirs");

        Bind(OldAddress);
        Host(host => host.Unbind(InterfaceName.Parse("tap0")));

        kernel.ListNft("list ruleset").Should().Be(before);
    }

    private const string OfAnAbsentSet = "<rule action='accept' direction='out'><all ipset='absent' ipsetflags='src'/></rule>";

    private void Bind(string address, string filter = "clean-traffic", IBackend? backend = null) =>
        Host(host => host.Bind(FilterBindingReader.Read("b.xml", Binding(address, filter)).Binding!, backend))
            .Should().NotContain(found => found.Severity == Severity.Error);

    private void BindByTables(string rules)
    {
        foreach (BridgeNetfilterSwitch family in BridgeNetfilterSwitch.All)
        {
            _stage.Space.SetSysctl(family.Path, "1");
        }

        Define("mine", rules);
        Bind(OldAddress, "mine", new EbiptablesBackend());
    }

    private void Define(string name, string rules) =>
        Host(host => host.Define(FilterReader.Read($"{name}.xml", Filter(name, rules)).Filter!))
            .Should().NotContain(found => found.Severity == Severity.Error);

    private void Recover()
    {
        Host(host => host.Recover());
        Host(host => host.Inspect()).None.Should().BeTrue();
        Drafts().Should().BeEmpty();
    }

    private void ExpectOldOrNew()
    {
        Passes(Forbidden).Should().BeFalse("neither policy lets it pass");
        (Passes(OldAddress) ^ Passes(NewAddress)).Should().BeTrue("one of the policies is in force");
    }

    private string[] Drafts() => Directory.GetFiles(_stage.Folder, ".*", SearchOption.AllDirectories);

    private T Host<T>(Func<LiveHost, T> work)
    {
        using KernelFirewall kernel = new(_stage.Space);
        return work(new(_stage.State, kernel));
    }

    private string Document(string name, string text)
    {
        string path = Path.Combine(_stage.Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Binding(string address, string filter = "clean-traffic") =>
        $"""
        <filterbinding><owner><name>g</name><uuid>7b5cd6fb-4a3c-4b3f-9d55-7f3f6d4c2f11</uuid></owner><portdev name='tap0'/>
        <mac address='{BoundPorts.Mac(0)}'/><filterref filter='{filter}'><parameter name='IP' value='{address}'/></filterref></filterbinding>
        """;

    private static string Filter(string name, string rules) => $"<filter name='{name}'>{rules}</filter>";

    private static string Only(string address) =>
        $"<rule action='accept' direction='out'><ip srcipaddr='{address}'/></rule><rule action='drop' direction='out'><mac/></rule>";

    private static string OnEachLayer(string address) => Only(address)
        + $"<rule action='accept' direction='out'><all srcipaddr='{address}'/></rule><rule action='drop' direction='inout'><all/></rule>"
        + "<rule action='drop' direction='inout'><all-ipv6/></rule>";

    private void Kill(string fault, params string[] arguments) => Nwlab(fault, arguments).Should().Be(128 + 9, "SIGKILL ended it");

    /// <summary>Runs the built program in the namespace, to be killed at a step.</summary>
    private int Nwlab(string fault, params string[] arguments) => _stage.Space.Run(() => ChildProcess.Run(
        "env", [$"NWLAB_FAULT={fault}", "dotnet", Path.Combine(AppContext.BaseDirectory, "nwlab.dll"), .. arguments, "--state", _stage.Folder]).ExitCode);

    private bool Passes(string source)
    {
        byte[] frame = Frames.Ethernet(MacAddress.Broadcast, BoundPorts.Mac(0), EtherType.Ipv4,
            Frames.Udp(Ipv4Address.Parse(source), 1, Ipv4Address.Parse("10.0.0.77"), 2, [1]));
        _ = _stage.Taps.Sender.TryWrite(frame);
        return _stage.Taps.Receiver.HasDelivered(frame);
    }
}
