using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Networks;

public sealed class NetworkReaderTests
{
    private const string Default = """
        <network>
          <name>default</name>
          <uuid>9a05da11-e96b-47f3-8253-a3a482e445f5</uuid>
          <forward mode='nat'>
            <nat>
              <port start='2000' end='3000'/>
            </nat>
          </forward>
          <bridge name='virbr0' stp='on' delay='0'/>
          <mac address='52:54:00:0a:cd:21'/>
          <domain name='lab.test' localOnly='yes'/>
          <dns>
            <host ip='192.168.122.1'>
              <hostname>gate</hostname>
              <hostname>way</hostname>
            </host>
          </dns>
          <ip address='192.168.122.1' netmask='255.255.255.0'>
            <dhcp>
              <range start='192.168.122.2' end='192.168.122.254'>
                <lease expiry='30'/>
              </range>
              <host mac='52:54:00:00:00:11' name='one' ip='192.168.122.11'/>
            </dhcp>
          </ip>
          <ip family='ipv6' address='2001:db8:ca2:2::1' prefix='64'/>
          <route address='10.1.0.0' prefix='16' gateway='192.168.122.7'/>
        </network>
        """;

    [Fact]
    public void A_network_as_people_write_it_is_understood_to_the_end()
    {
        NetworkReadResult read = NetworkReader.Read("default.xml", Default);

        read.Diagnostics.Should().BeEmpty();
        NetworkDefinition network = read.Network!;
        (network.Name, network.Domain, network.DomainIsLocal).Should().Be(("default", "lab.test", true));
        network.Forward.Mode.Should().Be(ForwardMode.Nat);
        network.Forward.TranslationPorts.Should().Be((2000, 3000));
        network.Bridge.Should().Be(new NetworkBridge(InterfaceName.Parse("virbr0"), true, TimeSpan.Zero));
        network.Addresses.Should().HaveCount(2);
        NetworkDhcp dhcp = network.Addresses[0].Dhcp!;
        dhcp.Ranges.Single().LeaseTime.Should().Be(TimeSpan.FromMinutes(30));
        dhcp.Hosts.Single().Mac.Should().Be(MacAddress.Parse("52:54:00:00:00:11"));
        network.Dns.Hosts.Single().Names.Should().Equal("gate", "way");
        network.Routes.Single().Metric.Should().Be(1);
    }

    [Theory]
    [InlineData("<forward/>", ForwardMode.Nat)]
    [InlineData("", ForwardMode.Isolated)]
    [InlineData("<forward mode='open'/>", ForwardMode.Open)]
    [InlineData("<forward mode='route' dev='eth0'/>", ForwardMode.Route)]
    public void The_mode_follows_from_the_forward_element(string forward, ForwardMode mode) =>
        Read($"{forward}<ip address='10.0.0.1' prefix='8'/>").Network!.Forward.Mode.Should().Be(mode);

    [Fact]
    public void A_pool_of_devices_may_name_its_first_one_twice()
    {
        NetworkDefinition network = Read("<forward mode='bridge' dev='eth0'><interface dev='eth0'/><interface dev='eth1'/></forward>").Network!;

        network.Forward.Devices.Should().Equal(InterfaceName.Parse("eth0"), InterfaceName.Parse("eth1"));
        network.Bridge.Should().BeNull();
    }

    [Fact]
    public void A_virtual_port_belongs_to_networks_without_a_bridge_of_their_own()
    {
        const string port = "<virtualport type='802.1Qbg'><parameters managerid='11' typeid='1193047' typeidversion='2'/></virtualport>";

        Read("<forward mode='vepa' dev='eth0'/>" + port).Network!.VirtualPort.Should().Be(new Qbg(11, 1193047, 2, null));
        Read("<forward mode='nat'/><ip address='10.0.0.1'/>" + port).Diagnostics.Should().ContainSingle(d => d.Code == DiagnosticTable.OptionForOtherMode.Code);
    }

    /// <remarks>Seen with libvirt 9.0, but for bridges of Linux, which libvirt 11 added.</remarks>
    [Theory]
    [InlineData("<forward mode='nat'/><ip address='10.0.0.1'/>", false)]
    [InlineData("<ip address='10.0.0.1'/>", false)]
    [InlineData("<forward mode='vepa' dev='eth0'/>", false)]
    [InlineData("<forward mode='bridge' dev='eth0'/>", false)]
    [InlineData("<forward mode='passthrough' dev='eth0'/>", true)]
    [InlineData("<forward mode='passthrough' dev='eth0'/><portgroup name='a'><virtualport type='802.1Qbh'><parameters profileid='f'/></virtualport></portgroup>", false)]
    [InlineData("<forward mode='bridge'/><bridge name='br0'/>", true)]
    [InlineData("<forward mode='bridge'/><bridge name='br0'/><virtualport type='openvswitch'/>", true)]
    [InlineData("<forward mode='bridge'/><bridge name='br0'/><portgroup name='a' default='yes'><virtualport type='openvswitch'/></portgroup>", true)]
    public void Tags_belong_to_networks_where_somebody_can_put_them_on(string network, bool taken)
    {
        NetworkReadResult read = Read(network + "<vlan><tag id='5'/></vlan>");

        (read.Network is not null).Should().Be(taken);
        read.Diagnostics.Should().ContainSingle(d => d.Position.Line == 1 && (taken ? d.Severity == Severity.Warning : d.Code == DiagnosticTable.OptionForOtherMode.Code));
    }

    [Fact]
    public void Tags_make_a_trunk_and_one_of_them_may_be_native()
    {
        NetworkDefinition network = Read("<forward mode='bridge'/><bridge name='br0'/><vlan><tag id='5'/><tag id='7' nativeMode='tagged'/></vlan>"
            + "<portgroup name='one'><vlan trunk='YES'><tag id='9'/></vlan></portgroup><portgroup name='plain'><vlan><tag id='9'/></vlan></portgroup>").Network!;

        network.Vlan.Should().BeEquivalentTo(new { Ids = new ushort[] { 5, 7 }, Trunk = true, Native = 7, NativeTagged = true });
        network.PortGroups[0].Vlan.Should().BeEquivalentTo(new { Ids = new ushort[] { 9 }, Trunk = true, Native = (ushort?)null });
        network.PortGroups[1].Vlan!.Trunk.Should().BeFalse();
    }

    [Theory]
    [InlineData("10.1.2.3", 8)]
    [InlineData("172.16.0.1", 16)]
    [InlineData("192.168.0.1", 24)]
    public void Without_mask_or_prefix_the_old_classes_decide(string address, int length) =>
        Read($"<ip address='{address}'/>").Network!.Addresses[0].PrefixLength.Should().Be(length);

    [Theory]
    [InlineData("<bridge name='virbr0' macTableManager='switch'/>", "NF035", "macTableManager")]
    [InlineData("<mtu size='big'/>", "NF035", "size")]
    [InlineData("<mac address='01:00:5e:00:00:01'/>", "NF061", "address")]
    [InlineData("<dns enable='no'><host ip='1.2.3.4'><hostname>a</hostname></host></dns>", "NF035", "enable")]
    [InlineData("<dns><host ip='1.2.3.4'/></dns>", "NF009", "host")]
    [InlineData("<dns><forwarder/></dns>", "NF008", "forwarder")]
    [InlineData("<dns><txt name='a b' value='c'/></dns>", "NF035", "name='a b'")]
    [InlineData("<port isolated='maybe'/>", "NF035", "isolated")]
    [InlineData("<ip address='10.0.0.1' netmask='255.0.255.0'/>", "NF035", "netmask")]
    [InlineData("<ip address='10.0.0.1' netmask='255.0.0.0' prefix='8'/>", "NF035", "netmask")]
    [InlineData("<ip address='2001:db8::1'/>", "NF075", "address")]
    [InlineData("<ip address='10.0.0.1' prefix='33'/>", "NF035", "prefix")]
    [InlineData("<ip address='10.0.0.1'><dhcp><range start='10.0.0.2' end='10.0.0.9'><lease expiry='1'/></range></dhcp></ip>", "NF035", "expiry")]
    [InlineData("<ip address='10.0.0.1'><dhcp><host ip='10.0.0.2'/></dhcp></ip>", "NF008", "host")]
    [InlineData("<route address='10.1.0.0' prefix='16' gateway='10.0.0.1'/>", "NF073", "gateway")]
    public void A_mistake_is_reported_where_it_stands(string text, string code, string there)
    {
        string document = $"<network><name>n</name>{text}</network>";
        Diagnostic found = NetworkReader.Read("n.xml", document).Diagnostics.First();

        found.Code.Should().Be(code);
        document[(found.Position.Column - 1)..].Should().StartWith(there);
    }

    [Fact]
    public void Whatever_the_text_reading_ends_with_findings_or_a_network()
    {
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            char[] spoilt = Default.ToCharArray();
            for (int change = 0; change < 3; change++)
            {
                spoilt[random.Next(spoilt.Length)] = (char)random.Next(32, 127);
            }

            NetworkReadResult read = NetworkReader.Read("n.xml", new string(spoilt));
            (read.Network is null).Should().Be(read.Diagnostics.Any(d => d.Severity == Severity.Error));
        }
    }

    private static NetworkReadResult Read(string inside) => NetworkReader.Read("n.xml", $"<network><name>n</name>{inside}</network>");
}
