using System.Text;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.State;

namespace Lab.Engine.Benchmarks;

/// <summary>A stage and a frame that it takes its time for.</summary>
public sealed record EvaluationCase(string Name, Stage Stage, byte[] Frame, PacketContext Context)
{
    private static readonly MacAddress Guest = MacAddress.Parse("52:54:00:11:22:33"), Peer = MacAddress.Parse("52:54:00:44:55:66");
    private static readonly Ipv4Address GuestIp = Ipv4Address.Parse("10.0.0.5"), PeerIp = Ipv4Address.Parse("10.0.0.1");

    public static IReadOnlyList<EvaluationCase> All()
    {
        FilterProgram clean = Compile(FilterLibrary.Stock, "clean-traffic");
        FilterProgram rules = Compile(ThousandRules(), "thousand");
        PacketContext fresh = new(ConnectionStates.New, ConnectionDirection.Original);
        return
        [
            new("clean-traffic, TCP from the guest", clean.EthernetFromGuest!, Tcp(80), default),
            new("clean-traffic, ARP from the guest", clean.EthernetFromGuest!, Arp, default),
            new("clean-traffic, TCP to the guest", clean.EthernetToGuest!, Tcp(80), default),
            new("1,000 stateful rules, the last one matches", rules.Ipv4!.FromGuestForwarded, Tcp(1999), fresh),
            new("1,000 stateful rules, none matches", rules.Ipv4.FromGuestForwarded, Tcp(80), fresh),
        ];
    }

    private static byte[] Tcp(ushort port) => Frames.Ethernet(Peer, Guest, EtherType.Ipv4, Frames.Tcp(GuestIp, 40000, PeerIp, port, 2, []));

    private static byte[] Arp => Frames.Ethernet(Peer, Guest, EtherType.Arp, Frames.Arp(1, Guest, GuestIp, default, PeerIp));

    private static FilterProgram Compile(IReadOnlyDictionary<string, FilterDefinition> filters, string name) => ProgramCompiler.Compile(
        filters, name, Guest, ParameterSet.Empty.Append("IP", new(GuestIp.ToString(), new("benchmark", 1, 1)))).Program!;

    private static Dictionary<string, FilterDefinition> ThousandRules()
    {
        StringBuilder xml = new("<filter name='thousand'>");
        for (int port = 1000; port < 2000; port++)
        {
            xml.Append("<rule action='accept' direction='out'><tcp srcipaddr='10.0.0.5' dstportstart='").Append(port).Append("'/></rule>");
        }

        FilterDefinition filter = FilterReader.Read("thousand.xml", xml.Append("</filter>").ToString()).Filter!;
        return new(StringComparer.Ordinal) { [filter.Name] = filter };
    }
}
