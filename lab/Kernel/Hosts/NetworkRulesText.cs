using System.Globalization;
using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Kernel.Hosts;

/// <summary>The rules that libvirt makes for its networks, in its nftables layout (switching.md section 3.3).</summary>
/// <remarks>libvirt names devices by their index; names say the same for devices that stay, and need not exist when the rules load.</remarks>
internal static class NetworkRulesText
{
    /// <summary>The tables for all networks of a host; empty when libvirt would make no rule.</summary>
    /// <param name="bridges">In the order of their start: each start inserts at the head of the chains.</param>
    public static string Of(IEnumerable<BridgeSpec> bridges)
    {
        BridgeSpec[] networks = [.. bridges.Where(bridge => bridge.Mode is ForwardMode.Isolated or ForwardMode.Nat or ForwardMode.Route).Reverse()];
        return Table("ip", [.. networks.Select(network => new Side("ip", network, network.Mode!.Value,
                [.. network.Addresses.Select(address => address.Subnet.ToString())], TranslationOf(network)))])
            + Table("ip6", [.. networks.Where(network => network.AllowsIpv6 || !network.Ipv6Addresses.IsEmpty).Select(network => new Side("ip6", network,
                network.Mode is ForwardMode.Nat && !network.TranslatesIpv6 ? ForwardMode.Route : network.Mode!.Value,
                [.. network.Ipv6Addresses.Select(address => address.Subnet.ToString())], "masquerade"))]);
    }

    private static string TranslationOf(BridgeSpec network) =>
        network.TranslationAddresses is { } range ? $"snat to {range.First}-{range.Last}" : "masquerade";

    private static string Table(string family, Side[] networks)
    {
        if (networks.Length == 0)
        {
            return "";
        }

        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"table {family} libvirt_network {{");
        Chain("guest_cross", networks.Select(network => $"iifname {network.Bridge} oifname {network.Bridge} accept"));
        Chain("guest_input", networks.SelectMany(network => network.Input()));
        Chain("guest_output", networks.SelectMany(network => network.Output()));
        Chain("forward",
        [
            "type filter hook forward priority 0; policy accept;",
            "jump guest_cross", "jump guest_input", "jump guest_output",
        ]);
        Side[] translated = [.. networks.Where(network => network.Mode == ForwardMode.Nat)];
        if (translated.Length > 0)
        {
            Chain("guest_nat", translated.SelectMany(network => network.TranslationRules()).Prepend("type nat hook postrouting priority 100; policy accept;"));
        }

        text.AppendLine("}");
        return text.ToString();

        void Chain(string name, IEnumerable<string> lines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  chain {name} {{");
            foreach (string line in lines)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    {line}");
            }

            text.AppendLine("  }");
        }
    }

    /// <summary>A network as the table of one version of IP sees it.</summary>
    /// <param name="Translation">The statement that translates, without ports.</param>
    private sealed record Side(string Family, BridgeSpec Network, ForwardMode Mode, string[] Subnets, string Translation)
    {
        public InterfaceName Bridge => Network.Name;

        private string[] Routed => Mode is ForwardMode.Nat or ForwardMode.Route ? Subnets : [];

        private string Out => Network.Device is { } device ? $"oifname {device} " : "";

        public IEnumerable<string> Input()
        {
            string state = Mode == ForwardMode.Nat ? "ct state related,established " : "";
            string from = Network.Device is { } device ? $"iifname {device} " : "";
            return Routed.Select(subnet => $"{from}oifname {Bridge} {Family} daddr {subnet} {state}accept").Append($"oifname {Bridge} reject");
        }

        public IEnumerable<string> Output() =>
            Routed.Select(subnet => $"iifname {Bridge} {Out}{Family} saddr {subnet} accept").Append($"iifname {Bridge} reject");

        public IEnumerable<string> TranslationRules() => Subnets.SelectMany(subnet => (string[])
        [
            .. Family == "ip6" ? [$"{Out}ip6 saddr {subnet} ip6 daddr ff02::/16 return"] : (string[])
            [
                $"{Out}ip saddr {subnet} ip daddr 224.0.0.0/24 return",
                $"ip saddr {subnet} ip daddr 255.255.255.255/32 return",
            ],
            $"{Out}meta l4proto tcp {Family} saddr {subnet} {Family} daddr != {subnet} {WithPorts}",
            $"{Out}meta l4proto udp {Family} saddr {subnet} {Family} daddr != {subnet} {WithPorts}",
            $"{Out}{Family} saddr {subnet} {Family} daddr != {subnet} {Translation}",
        ]);

        private string WithPorts => string.Create(CultureInfo.InvariantCulture,
            $"{Translation}{(Translation == "masquerade" ? " to " : "")}:{Network.TranslationPorts.First}-{Network.TranslationPorts.Last}");
    }
}
