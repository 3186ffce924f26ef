using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;

namespace Lab.Steps;

/// <summary>Steps that change the world while it stands.</summary>
[Binding("Changes and time")]
public sealed class ChangeSteps(Scene scene, GuestSteps guests, FilterSteps filters)
{
    [When("the filter is redefined as", Does = "Puts another definition in force for all guests bound to it, in one step.",
        Example = "the filter is redefined as\n\"\"\"xml\n<filter name='no-telnet'/>\n\"\"\"")]
    public void Redefine(DocString xml)
    {
        filters.Define(xml);
        scene.Change();
    }

    [When("{guest} is bound to {word} instead", Does = "Exchanges the guest's filter while frames may flow.",
        Example = "alice is bound to no-mac-spoofing instead")]
    public void Rebind(GuestName guest, string filter)
    {
        guests.Bind(guest, filter);
        scene.Change();
    }

    [When("the filter of {guest} is taken away", Does = "From here on the guest's port lets everything pass.",
        Example = "the filter of alice is taken away")]
    public void Unbind(GuestName guest)
    {
        scene.Draft.Replace(scene.Draft.Find(guest) with { Filter = null });
        scene.Change();
    }

    [When("somebody flushes the rules", Does = "All rules of all ports are gone, as after 'nft flush ruleset'; frames meet no filter any more.",
        Example = "somebody flushes the rules")]
    public void Flush() => scene.Flush();

    [When("the rules are put back", Does = "What is bound is in force again.", Example = "the rules are put back")]
    public void PutBack() => scene.Change();

    [When("{guest} moves to another port", Does = "Unplugs the guest and plugs it in at a new port of the same bridge, bound to the same filter, as "
        + "after a migration: the bridge forgets where it was, and its first frame meets the filter. On macvtap it gets a new device on the same uplink.",
        Example = "alice moves to another port")]
    public void Move(GuestName guest) => scene.Move(guest);

    [When("{float} second(s) pass(es)", Does = "Lets time pass before the next frame: addresses age, connections expire. Only the "
        + "simulator has a clock that can be turned, so tag the scenario @simulator.", Example = "301 seconds pass")]
    public void Wait(double seconds) => scene.Wait(TimeSpan.FromSeconds(seconds));
}
