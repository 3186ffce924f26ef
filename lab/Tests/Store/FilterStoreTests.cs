using Lab.Engine.Filters;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Model;
using Lab.Store;

namespace Lab.Tests.Store;

public sealed class FilterStoreTests : IDisposable
{
    private readonly StateFolder _state = new(Directory.CreateTempSubdirectory("nwlab-store-").FullName);

    private FilterStore Filters => _state.Filters;

    private string Folder => Path.Combine(_state.Path, "filters");

    public void Dispose() => Directory.Delete(_state.Path, recursive: true);

    [Fact]
    public void A_filter_that_is_defined_is_there_for_the_next_command_in_a_file_of_its_name()
    {
        FilterDefinition stored = Defined("<filter name='a'><rule action='drop' direction='in'/></filter>");

        FilterDefinition loaded = Filters.Load().Stored["a"];
        FilterWriter.Write(loaded).Should().Be(FilterWriter.Write(stored));
        loaded.Uuid.Should().NotBeNull();
        File.GetUnixFileMode(Path.Combine(Folder, "a.xml")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFileSystemEntries(Folder).Should().ContainSingle("no temporary file stays behind");
    }

    [Theory]
    [InlineData("a--b")]
    [InlineData("a-----b-")]
    [InlineData("a &lt;b&gt; &amp; 'c'")]
    public void Any_name_that_is_accepted_can_be_stored_and_found(string name)
    {
        FilterDefinition stored = Defined($"<filter name=\"{name}\"/>");

        Filters.Load().Stored.Keys.Should().Equal(stored.Name);
        Filters.Undefine(stored.Name).Refusal.Should().BeNull();
    }

    [Fact]
    public void Positions_of_a_stored_filter_are_in_its_own_file()
    {
        FilterDefinition stored = Defined("<filter name='a'><rule action='drop' direction='in'/></filter>");

        stored.Entries[0].Position.Should().Be(Filters.Load().Stored["a"].Entries[0].Position);
        stored.Position.File.Should().Be(Filters.FileOf("a"));
    }

    [Fact]
    public void Redefining_keeps_the_uuid_and_refuses_another()
    {
        Guid uuid = Defined("<filter name='a'/>").Uuid!.Value;

        Defined("<filter name='a' chain='arp'/>").Uuid.Should().Be(uuid);
        Defined($"<filter name='a'><uuid>{uuid}</uuid></filter>").Uuid.Should().Be(uuid);
        Refusal("<filter name='a'><uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid></filter>").Should().Be("NF084");
        Refusal($"<filter name='b'><uuid>{uuid}</uuid></filter>").Should().Be("NF084");
    }

    [Fact]
    public void References_to_filters_not_yet_known_are_allowed_and_the_loop_they_close_later_is_spelled_out()
    {
        Defined("<filter name='a'><filterref filter='b'/></filter>");
        Defined("<filter name='b'><filterref filter='clean-traffic'/><filterref filter='c'/></filter>");

        StoreAnswer refused = Filters.Define(Read("<filter name='c'><filterref filter='a'/></filter>"));

        refused.Refusal!.Code.Should().Be("NF085");
        refused.Refusal.Message.Should().EndWith("c -> a -> b -> c");
        Filters.Load().Stored.Should().NotContainKey("c");
    }

    [Fact]
    public void A_filter_in_use_is_not_removed_and_the_users_are_named()
    {
        Defined("<filter name='a'/>");
        Defined("<filter name='b'><filterref filter='a'/></filter>");
        Bind("tap0", "b");

        Filters.Undefine("a").Refusal!.Message.Should().EndWith("'a' is used by filter 'b', port 'tap0'");
        Filters.Undefine("b").Refusal!.Message.Should().EndWith("'b' is used by port 'tap0'");
        _state.Bindings.Delete(Engine.Packets.InterfaceName.Parse("tap0"));
        Filters.Undefine("b").Refusal.Should().BeNull();
        Filters.Undefine("a").Refusal.Should().BeNull();
        Filters.Undefine("a").Refusal!.Code.Should().Be("NF088");
    }

    [Fact]
    public void A_bound_filter_cannot_be_redefined_to_need_a_missing_one()
    {
        Defined("<filter name='a'/>");
        Bind("tap0", "a");

        Refusal("<filter name='a'><filterref filter='nowhere'/></filter>").Should().Be("NF087");
    }

    [Fact]
    public void A_stored_filter_hides_the_built_in_one_until_it_is_removed()
    {
        Filters.Undefine("clean-traffic").Refusal!.Code.Should().Be("NF086");
        Defined("<filter name='no-ip-spoofing' chain='ipv4'/>");
        Filters.Load().Find("no-ip-spoofing")!.ChainPriority.Should().Be(-700);

        Filters.Undefine("no-ip-spoofing").Refusal.Should().BeNull();
        Filters.Load().Find("no-ip-spoofing")!.ChainPriority.Should().Be(-710);
    }

    [Fact]
    public void Foreign_half_written_damaged_and_misnamed_files_are_reported_and_all_but_the_half_written_left_alone()
    {
        Defined("<filter name='a'/>");
        string[] files = ["notes.txt", ".a.xml.draft", "broken.xml", "other.xml"];
        File.WriteAllText(Path.Combine(Folder, files[0]), "x");
        File.WriteAllText(Path.Combine(Folder, files[1]), "<filter na");
        File.WriteAllText(Path.Combine(Folder, files[2]), "<filter name='broken'>");
        File.WriteAllText(Path.Combine(Folder, files[3]), "<filter name='a'/>");

        FilterCatalog catalog = Filters.Load();

        catalog.Stored.Keys.Should().Equal("a");
        catalog.Findings.Select(f => f.Code).Should().BeEquivalentTo("NF080", "NF081", "NF082", "NF083");
        Defined("<filter name='b'/>");
        files.Where(file => File.Exists(Path.Combine(Folder, file))).Should().Equal(files[0], files[2], files[3]);
    }

    [Fact]
    public void Concurrent_commands_lose_nothing()
    {
        Parallel.For(0, 40, i => Defined($"<filter name='f{i % 20}' chain='arp' priority='{i}'/>"));

        FilterCatalog catalog = Filters.Load();
        catalog.Stored.Should().HaveCount(20);
        catalog.Findings.Should().BeEmpty();
    }

    private FilterDefinition Defined(string text)
    {
        StoreAnswer answer = Filters.Define(Read(text));
        answer.Refusal.Should().BeNull();
        return answer.Filter!;
    }

    private string Refusal(string text) => Filters.Define(Read(text)).Refusal!.Code;

    private void Bind(string port, string filter) => _state.Bindings.Save(FilterBindingReader.Read("b.xml", $"""
        <filterbinding>
          <owner><name>g</name><uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid></owner>
          <portdev name='{port}'/>
          <mac address='52:54:00:00:00:0a'/>
          <filterref filter='{filter}'/>
        </filterbinding>
        """).Binding!);

    private static FilterDefinition Read(string text) => FilterReader.Read("f.xml", text).Filter!;
}
