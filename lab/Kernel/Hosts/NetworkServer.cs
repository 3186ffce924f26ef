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

namespace Lab.Kernel.Hosts;

/// <summary>A dnsmasq on one bridge, configured as libvirt configures it, but for the ping before an offer, which takes 3 s.</summary>
/// <remarks>
/// It reads its configuration from a pipe and keeps no leases on disk, and the kernel kills it with the thread that started it
/// (PR_SET_PDEATHSIG, prctl(2)), which is the namespace's: nothing is left of it, whichever way this process ends.
/// </remarks>
internal sealed class NetworkServer : IDisposable
{
    /// <summary>dnsmasq reads names before addresses in a turn of its loop, so only the second answer comes behind the addresses.</summary>
    private const int Questions = 2;

    private static readonly TimeSpan IdlenessPatience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Socket? _asker; // null while there is no name server that could be asked

    private NetworkServer(Process process, Socket? asker) => (_process, _asker) = (process, asker);

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
        Socket? asker = bridge.Services!.AnswersNames
            ? new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)patience.TotalMilliseconds } : null;
        NetworkServer server = new(process, asker);
        try
        {
            server.Configure(Configuration(bridge, bridge.Services));
            asker?.Connect(IPAddress.Parse(bridge.Addresses[0].Address.ToString()), NameQuestion.Port);
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
        if (_asker is null)
        {
            AwaitIdleness();
            return;
        }

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

    /// <summary>Waits until no socket in its namespace holds anything unread, and the server sleeps: it does so in poll(2) only.</summary>
    private void AwaitIdleness()
    {
        string process = $"/proc/{_process.Id}";
        long deadline = Environment.TickCount64 + (long)IdlenessPatience.TotalMilliseconds;
        while (File.ReadLines($"{process}/net/udp").Skip(1).Any(HoldsUnread) || !Sleeps(File.ReadAllText($"{process}/stat")))
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new TestbedException("dnsmasq does not come to rest");
            }
        }
    }

    /// <summary>proc_net_udp(5): the fifth column has the bytes waiting to be sent and to be read.</summary>
    private static bool HoldsUnread(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, _, var queues, ..] && !queues.EndsWith(":00000000", StringComparison.Ordinal);

    /// <summary>proc_pid_stat(5): the state follows the name, which stands in parentheses.</summary>
    private static bool Sleeps(string stat) => stat[stat.LastIndexOf(')')..].StartsWith(") S", StringComparison.Ordinal);

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _asker?.Dispose();
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

    /// <summary>libvirt's file (networkDnsmasqConfContents, src/network/bridge_driver.c), but that the host has no resolver.</summary>
    private static string Configuration(BridgeSpec bridge, NetworkServices services) => string.Join('\n',
    [
        "strict-order", "no-resolv", "no-hosts", "user=root", "group=root", "leasefile-ro",
        "bind-interfaces", "except-interface=lo", $"interface={bridge.Name}",
        .. services.AnswersNames ? Names(bridge, services) : ["port=0"],
        .. services.GivesAddresses ? Addresses(bridge, services) : [],
        "",
    ]);

    private static IEnumerable<string> Names(BridgeSpec bridge, NetworkServices services)
    {
        if (services.Domain is { } domain)
        {
            yield return $"domain={domain}";
            yield return "expand-hosts";
            if (services.DomainIsLocal)
            {
                yield return $"local=/{domain}/";
            }
        }

        if (!services.ForwardsPlainNames)
        {
            yield return "domain-needed";
            yield return "local=//";
        }

        if (services.ReverseIsLocal)
        {
            string[] bytes = bridge.Addresses[0].Address.ToString().Split('.')[..(bridge.Addresses[0].PrefixLength / 8)];
            yield return $"local=/{string.Join('.', bytes.Reverse())}.in-addr.arpa/";
        }

        foreach ((string name, Ipv4Address address) in services.Names)
        {
            yield return $"host-record={name},{(services.Domain is { } below ? $"{name}.{below}," : "")}{address}";
        }

        foreach (DnsText text in services.Texts)
        {
            yield return $"txt-record={text.Name},{text.Value}";
        }

        foreach (DnsService service in services.Services)
        {
            yield return $"srv-host={service.FullName}" + (service.Target is { } target
                ? string.Create(CultureInfo.InvariantCulture, $",{target},{service.Port},{service.Priority},{service.Weight}") : "");
        }
    }

    private static IEnumerable<string> Addresses(BridgeSpec bridge, NetworkServices services)
    {
        HostAddress own = bridge.Addresses[0];
        yield return "dhcp-no-override";
        yield return "dhcp-authoritative";
        yield return "no-ping";
        if (services.Ranges.IsEmpty)
        {
            yield return $"dhcp-range={own.Address},static,{own.Subnet.Mask}";
        }
        else
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"dhcp-lease-max={services.Ranges.Sum(range => range.Last.Bits - range.First.Bits + 1L)}");
        }

        foreach (AddressPool range in services.Ranges)
        {
            yield return $"dhcp-range={range.First},{range.Last},{own.Subnet.Mask}{Lease(range.LeaseTime)}";
        }

        foreach (ReservedAddress host in services.Reservations)
        {
            yield return "dhcp-host=" + string.Join(',', new[] { host.Mac?.ToString(), host.Address.ToString(), host.Name }.OfType<string>()) + Lease(host.LeaseTime);
        }

        if (bridge.Mode is ForwardMode.Isolated)
        {
            yield return "dhcp-option=3"; // no router
        }

        if (bridge.Mtu is { } mtu)
        {
            yield return $"dhcp-option=option:mtu,{mtu}";
        }
    }

    private static string Lease(TimeSpan? time) => time is not { } given ? ""
        : given == Timeout.InfiniteTimeSpan ? ",infinite" : string.Create(CultureInfo.InvariantCulture, $",{(long)given.TotalSeconds}");
}
