using System.Diagnostics;
using Lab.Benchmarks;
using Lab.Engine.Apply;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Packets;
using Lab.Live;
using Lab.Store;
using Lab.Tests.Kernel;

namespace Lab.Tests.Live;

/// <summary>SIGKILL at each step of a change: what is enforced is the old policy or the new one, before recovery and after.</summary>
public sealed class KillTests : IDisposable
{
    private const string OldAddress = "10.0.0.1", NewAddress = "10.0.0.2", Forbidden = "10.0.0.9";

    private readonly string _folder = Directory.CreateTempSubdirectory("nwlab-kill-").FullName;
    private readonly TapPair _taps = TapPair.Create();

    public static TheoryData<string> Steps => [.. FaultPoint.All.Where(point => point != FaultPoint.Undone)];

    public void Dispose()
    {
        _taps.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [KernelTheory]
    [MemberData(nameof(Steps))]
    public void A_binding_killed_while_it_changes_is_the_old_or_the_new_one(string step)
    {
        Bind(OldAddress);

        Nwlab(step, "binding", "create", Document(NewAddress)).Should().NotBe(0);

        Passes(Forbidden).Should().BeFalse("neither policy lets it pass");
        (Passes(OldAddress) ^ Passes(NewAddress)).Should().BeTrue("one of the policies is in force");

        Recover();
        Passes(Forbidden).Should().BeFalse();
        string bound = Host(host => host.Inspect()).Policy.Ports.SelectMany(backend => backend.Ports).Single().Device.ToString();
        bound.Should().Be("tap0");
        string stored = new StateFolder(_folder).Bindings.Load().Bindings.Single().Filter.Parameters.Values["IP"].Single().Text;
        Passes(stored).Should().BeTrue("the kernel follows the stored binding");
        Passes(stored == OldAddress ? NewAddress : OldAddress).Should().BeFalse();
    }

    [KernelTheory]
    [MemberData(nameof(Steps))]
    public void A_binding_killed_while_it_goes_is_whole_or_gone(string step)
    {
        Bind(OldAddress);

        Nwlab(step, "binding", "delete", "tap0").Should().NotBe(0);
        Recover();

        bool bound = !new StateFolder(_folder).Bindings.Load().Bindings.IsEmpty;
        Passes(Forbidden).Should().Be(!bound);
        Passes(OldAddress).Should().BeTrue();
    }

    [KernelFact]
    public void A_recovery_that_is_killed_is_made_good_by_the_next()
    {
        Bind(OldAddress);
        Nwlab(FaultPoint.Stored, "binding", "create", Document(NewAddress)).Should().NotBe(0);

        Nwlab(FaultPoint.Applied, "recover").Should().NotBe(0);
        Recover();

        Passes(NewAddress).Should().BeTrue();
        Passes(OldAddress).Should().BeFalse();
    }

    [KernelFact]
    public void Rules_flushed_from_outside_are_missed_and_put_back()
    {
        Bind(OldAddress);
        using (KernelFirewall kernel = new(_taps.Space))
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
        using KernelFirewall kernel = new(_taps.Space);
        kernel.Run(new(KernelTool.Nft, "table bridge theirs { chain c { type filter hook forward priority 0; accept; }\n}", []));
        string before = kernel.ListNft("list table bridge theirs");

        Bind(OldAddress);
        Host(host => host.Unbind(InterfaceName.Parse("tap0")));

        kernel.ListNft("list ruleset").Should().Be(before);
    }

    private void Bind(string address) => Host(host => host.Bind(FilterBindingReader.Read("b.xml", Xml(address)).Binding!, null))
        .Should().NotContain(found => found.Severity == Severity.Error);

    private void Recover()
    {
        Host(host => host.Recover());
        Host(host => host.Inspect()).None.Should().BeTrue();
    }

    private T Host<T>(Func<LiveHost, T> work)
    {
        using KernelFirewall kernel = new(_taps.Space);
        return work(new(new StateFolder(_folder), kernel));
    }

    private string Document(string address)
    {
        string path = Path.Combine(_folder, $"{address}.binding");
        File.WriteAllText(path, Xml(address));
        return path;
    }

    private static string Xml(string address) =>
        $"""
        <filterbinding><owner><name>g</name><uuid>7b5cd6fb-4a3c-4b3f-9d55-7f3f6d4c2f11</uuid></owner><portdev name='tap0'/>
        <mac address='{BoundPorts.Mac(0)}'/><filterref filter='clean-traffic'><parameter name='IP' value='{address}'/></filterref></filterbinding>
        """;

    /// <summary>Runs the built program in the namespace, to be killed at a step.</summary>
    private int Nwlab(string fault, params string[] arguments) => _taps.Space.Run(() =>
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "nwlab.dll"), .. arguments, "--state", _folder])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["NWLAB_FAULT"] = fault;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        Task.WaitAll(output, error);
        return process.ExitCode;
    });

    /// <summary>The bridge has carried the frame, or not, when the write returns (switching.md section 10.1).</summary>
    private bool Passes(string source)
    {
        byte[] buffer = new byte[2048];
        byte[] frame = Frames.Ethernet(MacAddress.Broadcast, BoundPorts.Mac(0), EtherType.Ipv4,
            Frames.Udp(Ipv4Address.Parse(source), 1, Ipv4Address.Parse("10.0.0.77"), 2, [1]));
        _ = _taps.Sender.TryWrite(frame);
        bool came = false;
        for (int length; (length = _taps.Receiver.Read(buffer)) > 0;)
        {
            came |= buffer.AsSpan(0, length).SequenceEqual(frame);
        }

        return came;
    }
}
