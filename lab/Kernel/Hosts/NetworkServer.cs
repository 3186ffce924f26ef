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
    /// <summary>dnsmasq reads names before all else in a turn of its loop, so only the second answer comes behind addresses and routers.</summary>
    private const int Questions = 2;

    private const string NobodysName = "settled.invalid";

    /// <summary>Where proc_net_udp(5) lists the sockets that messages may wait at.</summary>
    private static readonly string[] Sockets = ["udp", "udp6", "raw6"];

    private static readonly TimeSpan IdlenessPatience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Socket? _asker; // null while there is no name server that could be asked

    private NetworkServer(Process process, Socket? asker) => (_process, _asker) = (process, asker);

    /// <summary>Runs in the namespace of the calling thread, which must outlive the server; loopback must be up.</summary>
    /// <exception cref="TestbedException">dnsmasq is missing, or refused its configuration.</exception>
    /// <param name="resolver">The host's own.</param>
    public static NetworkServer Start(BridgeSpec bridge, IpNumber? resolver, TimeSpan patience)
    {
        ProcessStartInfo start = new("setpriv", ["--pdeathsig", "KILL", "dnsmasq", "--keep-in-foreground", "--log-facility=-", "--pid-file", "--conf-file=-"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        Process process = Launch(start);
        IPAddress own = IPAddress.Parse(bridge.ServerAddress!.Value.ToString());
        Socket? asker = bridge.Services!.AnswersNames
            ? new(own.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)patience.TotalMilliseconds } : null;
        NetworkServer server = new(process, asker);
        try
        {
            server.Configure(Configuration(bridge, bridge.Services, resolver));
            asker?.Connect(own, NameQuestion.Port);
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
            _asker.Send(NameQuestion.For(NobodysName));
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
        while (Sockets.Any(kind => File.ReadLines($"{process}/net/{kind}").Skip(1).Any(HoldsUnread)) || !Sleeps(File.ReadAllText($"{process}/stat")))
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

    /// <summary>libvirt's file (networkDnsmasqConfContents, src/network/bridge_driver.c), but that the host's resolver is named in it.</summary>
    private static string Configuration(BridgeSpec bridge, NetworkServices services, IpNumber? resolver) => string.Join('\n',
    [
        "strict-order", "no-resolv", "no-hosts", "user=root", "group=root", "leasefile-ro",
        "bind-interfaces", "except-interface=lo", $"interface={bridge.Name}",
        .. services.AnswersNames ? [.. Upstream(bridge, services, resolver), .. Names(services)] : (string[])["port=0"],
        .. Addresses(bridge, services), .. Ipv6Addresses(bridge, services), .. Routers(bridge, services),
        "",
    ]);

    private static IEnumerable<string> Upstream(BridgeSpec bridge, NetworkServices services, IpNumber? resolver)
    {
        yield return $"local=/{NobodysName}/";
        foreach (DnsForwarder forwarder in services.Forwarders)
        {
            yield return $"server={(forwarder.Domain is { } domain ? $"/{domain}/" : "")}{forwarder.Address?.ToString() ?? "#"}";
        }

        if (resolver is not null && bridge.Mode is not ForwardMode.Isolated && services.Forwarders.All(forwarder => forwarder.Domain is not null))
        {
            yield return $"server={resolver}";
        }
    }

    private static IEnumerable<string> Names(NetworkServices services)
    {
        foreach (string zone in services.LocalZones)
        {
            yield return $"local=/{zone}/";
        }

        if (services.Domain is { } domain)
        {
            yield return $"domain={domain}";
            yield return "expand-hosts";
        }

        if (!services.ForwardsPlainNames)
        {
            yield return "domain-needed";
            yield return "local=//";
        }

        foreach ((string name, IpNumber address) in services.Names)
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
        if (services.MostLeases is { } most)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"dhcp-lease-max={most}");
        }

        if (!services.Gives(version6: false))
        {
            yield break;
        }

        HostAddress own = bridge.Addresses[0];
        yield return "dhcp-no-override";
        yield return "dhcp-authoritative";
        yield return "no-ping";
        foreach (string line in Scope(services, version6: false, IpNumber.Of(own.Address), own.Subnet.Mask.ToString()))
        {
            yield return line;
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

    private static IEnumerable<string> Ipv6Addresses(BridgeSpec bridge, NetworkServices services) => services.ManagedSubnet is { } own
        ? Scope(services, version6: true, IpNumber.Of(own.Address), own.PrefixLength.ToString(CultureInfo.InvariantCulture))
            .Append($"dhcp-duid=0,{bridge.Mac}") // as NetworkServices.ServerIdOf
        : [];

    private static IEnumerable<string> Routers(BridgeSpec bridge, NetworkServices services) =>
    [
        .. services.ManagedSubnet is not null ? ["enable-ra"] : bridge.Ipv6Addresses.Select(own => $"dhcp-range={own.Address},ra-only"),
        .. bridge is { Mode: ForwardMode.Isolated, Ipv6Addresses.IsEmpty: false } ? ["ra-param=*,0,0"] : (string[])[],
    ];

    /// <summary>What one version of DHCP gives away.</summary>
    /// <param name="size">Of the subnet: a mask or the length of a prefix.</param>
    private static IEnumerable<string> Scope(NetworkServices services, bool version6, IpNumber own, string size)
    {
        if (!services.RangesOf(version6).Any())
        {
            yield return $"dhcp-range={own},static,{size}";
        }

        foreach (AddressPool range in services.RangesOf(version6))
        {
            yield return $"dhcp-range={range.First},{range.Last},{size}{Lease(range.LeaseTime)}";
        }

        foreach (ReservedAddress host in services.ReservationsOf(version6))
        {
            string address = version6 ? $"[{host.Address}]" : host.Address.ToString();
            yield return "dhcp-host=" + string.Join(',', new[] { host.Mac?.ToString(), host.Id is { } id ? $"id:{id}" : null, host.Name, address }.OfType<string>())
                + Lease(host.LeaseTime);
        }
    }

    private static string Lease(TimeSpan? time) => time is not { } given ? ""
        : given == Timeout.InfiniteTimeSpan ? ",infinite" : string.Create(CultureInfo.InvariantCulture, $",{(long)given.TotalSeconds}");
}
