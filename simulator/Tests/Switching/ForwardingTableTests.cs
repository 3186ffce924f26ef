using FsCheck;
using FsCheck.Fluent;
using Lab.Engine.Packets;
using Lab.Simulator.Switching;

namespace Lab.Simulator.Tests.Switching;

public sealed class ForwardingTableTests
{
    /// <summary>The naive model: a dictionary; ages of zero keep the comparison to what is stored.</summary>
    [Fact]
    public void It_remembers_what_a_dictionary_would() =>
        Prop.ForAll(Operations().ToArbitrary(), operations =>
        {
            var table = new ForwardingTable();
            var model = new Dictionary<ulong, int>();
            foreach ((int action, ulong station, int port) in operations)
            {
                switch (action)
                {
                    case 0:
                        _ = model.Remove(station);
                        table.Remove(MacAddress.FromBits(station));
                        break;
                    case 1:
                        foreach (ulong gone in model.Where(e => e.Value == port).Select(e => e.Key).ToList())
                        {
                            _ = model.Remove(gone);
                        }

                        table.ForgetLearned(port);
                        break;
                    default:
                        model[station] = port;
                        table.Learn(MacAddress.FromBits(station), port, 1);
                        break;
                }
            }

            table.Count.Should().Be(model.Count);
            foreach ((_, ulong station, _) in operations)
            {
                bool found = table.TryFind(MacAddress.FromBits(station), 0, out int port, out _);
                found.Should().Be(model.ContainsKey(station));
                if (found)
                {
                    port.Should().Be(model[station]);
                }
            }
        }).QuickCheckThrowOnFailure();

    private static Gen<(int Action, ulong Station, int Port)[]> Operations() =>
        (from action in Gen.Choose(0, 9)
         from station in Gen.Choose(1, 200)
         from port in Gen.Choose(0, 5)
         select (action, ((ulong)(uint)station << 40) + (uint)(station % 3), port)).ArrayOf(400);

    [Fact]
    public void A_permanent_entry_is_not_overwritten_by_learning()
    {
        var table = new ForwardingTable();
        MacAddress station = MacAddress.FromBits(5);
        table.SetPermanent(station, 3, EntryKind.Static);
        table.Learn(station, 4, 1);

        table.TryFind(station, long.MaxValue - 1, out int port, out EntryKind kind).Should().BeTrue();
        (port, kind).Should().Be((3, EntryKind.Static));
    }
}
