using System.ComponentModel;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;

namespace Lab.Kernel;

/// <summary>What the kernel refuses, in the words of a testbed.</summary>
internal static class Refusals
{
    /// <exception cref="TestbedException">The work met a refusal.</exception>
    public static void AsTestbed(Action work) => AsTestbed(() =>
    {
        work();
        return true;
    });

    /// <exception cref="TestbedException">The work met a refusal.</exception>
    public static T AsTestbed<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Win32Exception refusal)
        {
            throw new TestbedException($"{refusal.Message} (errno {refusal.NativeErrorCode})", refusal);
        }
        catch (KernelRefusedException refusal)
        {
            throw new TestbedException(refusal.Message, refusal);
        }
    }
}
