using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Filters.Interfaces;

public sealed class InterfaceReaderTests
{
    [Fact]
    public void Source_addresses_target_and_filter_are_read()
    {
        InterfaceReadResult result = Read("""
            <interface type='bridge'>
              <mac address='52:54:00:00:00:0a'/>
              <source bridge='br0'/>
              <target dev='tap0'/>
              <model type='virtio'/>
              <filterref filter='clean-traffic'><parameter name='IP' value='192.0.2.10'/></filterref>
            </interface>
            """);

        result.Diagnostics.Should().BeEmpty();
        result.Interface!.Source.Should().Be(new BridgeSource(InterfaceName.Parse("br0")));
        result.Interface.Mac.Should().Be(MacAddress.Parse("52:54:00:00:00:0a"));
        result.Interface.Target.Should().Be(InterfaceName.Parse("tap0"));
        result.Interface.Filter!.Filter.Should().Be("clean-traffic");
    }

    [Theory]
    [InlineData("vepa", DirectMode.Vepa)]
    [InlineData("bridge", DirectMode.Bridge)]
    [InlineData("private", DirectMode.Private)]
    [InlineData("passthrough", DirectMode.Passthrough)]
    public void A_direct_interface_says_who_delivers(string word, DirectMode mode) =>
        Read($"<interface type='direct'><source dev='eth0' mode='{word}'/></interface>").Interface!.Source
            .Should().Be(new DirectSource(InterfaceName.Parse("eth0"), mode));

    [Theory]
    [InlineData("<interface type='network'><source network='n'/>", null)]
    [InlineData("<interface type='bridge'><source bridge='br0'/>", "NF041")]
    [InlineData("<interface type='bridge'><source bridge='br0'/><virtualport type='openvswitch'/>", "NF078")]
    [InlineData("<interface type='direct'><source dev='eth0' mode='passthrough'/>", "NF078")]
    [InlineData("<interface type='direct'><source dev='eth0' mode='bridge'/>", "NF068")]
    [InlineData("<interface type='ethernet'>", "NF068")]
    public void A_tag_is_for_interfaces_where_somebody_can_put_it_on(string face, string? code) =>
        Read(face + "<vlan><tag id='5'/></vlan></interface>").Diagnostics.Select(found => found.Code).Should().Equal(code is null ? [] : [code]);

    [Fact]
    public void A_port_may_be_isolated() => Read("<interface type='bridge'><source bridge='br0'/><port isolated='yes'/></interface>").Interface!.Isolated.Should().BeTrue();

    [Fact]
    public void A_filter_on_a_direct_interface_is_kept_and_what_libvirt_does_is_said()
    {
        InterfaceReadResult result = Read("<interface type='direct'><source dev='eth0'/><filterref filter='f'/></interface>");

        result.Interface!.Filter.Should().NotBeNull();
        result.Diagnostics.Should().ContainSingle(d => d.Code == "NF066" && d.Severity == Severity.Warning);
    }

    [Theory]
    [InlineData("<parameters managerid='0x0b' typeid='1193047' typeidversion='02' instanceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/>")]
    [InlineData("<parameters managerid='11' typeid='16777215' typeidversion='255'/>")]
    public void The_parameters_of_802_1Qbg_are_numbers_in_any_base(string parameters) =>
        Port("802.1Qbg", parameters).Interface!.VirtualPort.Should().BeOfType<Qbg>().Which.ManagerId.Should().Be(11);

    [Theory]
    [InlineData("802.1Qbg", "<parameters managerid='256' typeid='1' typeidversion='1'/>", "NF035")]
    [InlineData("802.1Qbg", "<parameters managerid='1' typeid='16777216' typeidversion='1'/>", "NF035")]
    [InlineData("802.1Qbg", "<parameters managerid='1' typeid='1' typeidversion='1' instanceid='x'/>", "NF010")]
    [InlineData("802.1Qbg", "<parameters managerid='1' typeid='1'/>", "NF008")]
    [InlineData("802.1Qbh", "", "NF008")]
    [InlineData("802.1Qbh", "<parameters profileid='1234567890123456789012345678901234567890'/>", "NF035")]
    [InlineData("openvswitch", "<parameters managerid='1'/>", "NF064")]
    [InlineData("other", "", "NF063")]
    public void A_parameter_outside_its_range_or_type_is_refused(string type, string parameters, string code) =>
        Port(type, parameters).Diagnostics.Should().ContainSingle(d => d.Code == code);

    [Theory]
    [InlineData("<interface type='user'><filterref filter='f'/></interface>", "NF060")]
    [InlineData("<interface type='network'/>", "NF009")]
    [InlineData("<interface type='direct'><source dev='eth0' mode='x'/></interface>", "NF035")]
    [InlineData("<interface type='ethernet'><mac address='01:00:00:00:00:01'/></interface>", "NF061")]
    [InlineData("<interface type='ethernet'><target dev='vnet3'/></interface>", "NF067")]
    [InlineData("<interface type='ethernet'><virtualport type='openvswitch'/></interface>", "NF065")]
    [InlineData("<interface type='bridge'><source bridge='br0'/><virtualport><parameters profileid='x'/></virtualport></interface>", "NF065")]
    public void A_mistake_has_its_code(string text, string code) =>
        Read(text).Diagnostics.Should().ContainSingle(d => d.Code == code);

    private static InterfaceReadResult Port(string type, string parameters) =>
        Read($"<interface type='bridge'><source bridge='br0'/><virtualport type='{type}'>{parameters}</virtualport></interface>");

    private static InterfaceReadResult Read(string text) => InterfaceReader.Read("i.xml", text);
}
