using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Contract.Hosts;
using Lab.Contract.Testbeds;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Kernel.Topologies;

/// <summary>A dnsmasq on one bridge, configured as libvirt configures it, but for the ping before an offer, which takes 3 s.</summary>
/// <remarks>
/// It reads its configuration from a pipe and keeps no leases on disk, and the kernel kills it with the thread that started it
/// (PR_SET_PDEATHSIG, prctl(2)), which is the namespace's: nothing is left of it, whichever way this process ends.
/// </remarks>
internal sealed class NetworkServer : IDisposable
{
    /// <summary>dnsmasq reads names before addresses in a turn of its loop, so only the second answer comes behind the addresses.</summary>
    private const int Questions = 2;

    private readonly Process _process;
    private readonly Socket _asker;

    private NetworkServer(Process process, Socket asker) => (_process, _asker) = (process, asker);

    /// <summary>Runs in the namespace of the calling thread, which must outlive the server; loopback must be up.</summary>
    /// <exception cref="TestbedException">dnsmasq is missing, or refused its configuration.</exception>
    public static NetworkServer Start(BridgeSpec bridge, TimeSpan patience)
    {
        ProcessStartInfo start = new("setpriv", ["--pdeathsig", "KILL", "dnsmasq", "--keep-in-foreground", "--log-facility=-", "--pid-file", "--conf-file=-"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        Process process = Launch(start);
        Socket asker = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)patience.TotalMilliseconds };
        NetworkServer server = new(process, asker);
        try
        {
            server.Configure(Configuration(bridge, bridge.Services!));
            asker.Connect(IPAddress.Parse(bridge.Addresses[0].Address.ToString()), NameQuestion.Port);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Returns once everything that had reached the server before is answered.</summary>
    public void Settle()
    {
        byte[] answer = new byte[512];
        for (int i = 0; i < Questions; i++)
        {
            _asker.Send(NameQuestion.For("settled.invalid"));
            try
            {
                _ = _asker.Receive(answer);
            }
            catch (SocketException silence)
            {
                throw new TestbedException("dnsmasq does not answer any more", silence);
            }
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _asker.Dispose();
    }

    private static Process Launch(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new TestbedException($"{start.FileName} cannot be started", missing);
        }
    }

    /// <summary>Its sockets are bound when it says that it has started.</summary>
    private void Configure(string configuration)
    {
        try
        {
            _process.StandardInput.Write(configuration);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it has left already, and says why
        }

        StringBuilder said = new();
        while (_process.StandardError.ReadLine() is { } line)
        {
            said.AppendLine(line);
            if (line.Contains("started, version", StringComparison.Ordinal))
            {
                _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null); // so that its pipe is never full
                return;
            }
        }

        throw new TestbedException($"dnsmasq did not start: {said}");
    }

    /// <summary>libvirt's file (networkDnsmasqConfContents, src/network/bridge_driver.c).</summary>
    private static string Configuration(BridgeSpec bridge, NetworkServices services)
    {
        HostAddress own = bridge.Addresses[0];
        List<string> lines =
        [
            "strict-order", "no-resolv", "no-hosts", "user=root", "group=root", "leasefile-ro",
            "bind-interfaces", "except-interface=lo", $"interface={bridge.Name}",
        ];
        if (services.Domain is { } domain)
        {
            lines.AddRange([$"domain={domain}", "expand-hosts"]);
        }

        if (services.GivesAddresses)
        {
            lines.AddRange(["dhcp-no-override", "dhcp-authoritative", "no-ping"]);
            lines.AddRange(services.Ranges.Select(range => $"dhcp-range={range.First},{range.Last},{Mask(own)},3600"));
            if (services.Ranges.IsEmpty)
            {
                lines.Add($"dhcp-range={own.Address},static,{Mask(own)},3600");
            }
            else
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"dhcp-lease-max={services.Ranges.Sum(range => range.Last.Bits - range.First.Bits + 1L)}"));
            }

            lines.AddRange(services.Reservations.Select(host => $"dhcp-host={host.Mac},{host.Address}" + (host.Name is { } name ? $",{name}" : "")));
            if (bridge.Mode is ForwardMode.Isolated)
            {
                lines.Add("dhcp-option=3"); // no router
            }
        }

        lines.AddRange(services.Names.Select(host =>
            $"host-record={host.Name},{(services.Domain is { } below ? $"{host.Name}.{below}," : "")}{host.Address}"));
        return string.Join('\n', lines) + "\n";
    }

    private static Ipv4Address Mask(HostAddress address) => address.Subnet.Mask;
}
