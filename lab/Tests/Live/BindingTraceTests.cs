using System.Diagnostics;
using System.Globalization;
using Lab.Benchmarks;
using Lab.Engine.Apply;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Packets;
using Lab.Live;
using Lab.Tests.Kernel;

namespace Lab.Tests.Live;

/// <summary><c>nwlab binding trace</c> on a live port, as a process of its own in the namespace.</summary>
public sealed class BindingTraceTests : IDisposable
{
    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    [KernelFact]
    public void It_prints_the_frame_and_the_line_that_dropped_it_and_follows_a_change()
    {
        Bind("10.0.0.1");
        using Process trace = Trace("--count", "2");
        trace.StandardOutput.ReadLine().Should().StartWith("tracing tap0");

        Send("10.0.0.9");
        string shown = Read(trace, "dropped by");
        shown.Should().Contain("IPv4 10.0.0.9 > 10.0.0.77").And.Contain("tap0: the sender's layer-2 filter is asked").And.Contain("no-ip-spoofing");

        Bind("10.0.0.9");
        Send("10.0.0.1");
        _ = Read(trace, "the rules have changed");
        Send("10.0.0.1");
        Read(trace, "dropped by").Should().Contain("IPv4 10.0.0.1 > 10.0.0.77");
        trace.WaitForExit();
        trace.ExitCode.Should().Be(0);
    }

    [KernelTheory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public void Nothing_of_it_stays_however_it_ends(string signal)
    {
        Bind("10.0.0.1");
        using KernelFirewall kernel = new(_stage.Space);
        string before = kernel.ListNft("list tables");
        using Process trace = Trace();
        trace.StandardOutput.ReadLine().Should().StartWith("tracing tap0");
        kernel.ListNft("list tables").Should().NotBe(before);

        using Process kill = Process.Start("kill", [$"-{signal}", trace.Id.ToString(CultureInfo.InvariantCulture)]);
        trace.WaitForExit();

        kernel.ListNft("list tables").Should().Be(before);
    }

    [KernelFact]
    public void A_port_without_binding_is_a_mistake()
    {
        using Process trace = Trace();

        trace.StandardError.ReadToEnd().Should().Contain("there is no binding for 'tap0'");
        trace.WaitForExit();
        trace.ExitCode.Should().Be(2);
    }

    private void Bind(string address)
    {
        using KernelFirewall kernel = new(_stage.Space);
        _ = new LiveHost(_stage.State, kernel).Bind(FilterBindingReader.Read("b.xml",
            $"""
            <filterbinding><owner><name>g</name><uuid>7b5cd6fb-4a3c-4b3f-9d55-7f3f6d4c2f11</uuid></owner><portdev name='tap0'/>
            <mac address='{BoundPorts.Mac(0)}'/><filterref filter='clean-traffic'><parameter name='IP' value='{address}'/></filterref></filterbinding>
            """).Binding!, null);
    }

    private void Send(string source) => _stage.Taps.Sender.TryWrite(Frames.Ethernet(MacAddress.Broadcast, BoundPorts.Mac(0), EtherType.Ipv4,
        Frames.Udp(Ipv4Address.Parse(source), 1, Ipv4Address.Parse("10.0.0.77"), 2, [1]))).Should().BeTrue();

    private static string Read(Process trace, string end)
    {
        string all = "";
        for (string? line = ""; line is not null && !line.Contains(end, StringComparison.Ordinal);)
        {
            line = trace.StandardOutput.ReadLine();
            all += line + "\n";
        }

        return all;
    }

    /// <summary>Who runs tests in the background may have told their children to ignore SIGINT.</summary>
    private Process Trace(params string[] more) => _stage.Space.Run(() => Process.Start(new ProcessStartInfo("env",
        ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "nwlab.dll"), "binding", "trace", "tap0", "--state", _stage.Folder, .. more])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);
}
