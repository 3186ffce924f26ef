using System.Reflection;
using Lab.Scenarios.Matching;

namespace Lab.Commands.Running;

/// <summary>The steps that come with the product, and those of a tester's own assemblies.</summary>
internal static class StepAssemblies
{
    public static Assembly BuiltIn => Assembly.Load("Lab.Steps");

    /// <exception cref="UserMistakeException">A file that is no assembly, or bindings that cannot be understood.</exception>
    public static StepLibrary Load(IEnumerable<string> files)
    {
        try
        {
            return StepLibrary.From([BuiltIn, .. files.Select(file => Assembly.LoadFrom(Path.GetFullPath(file)))]);
        }
        catch (Exception unusable) when (unusable is BadImageFormatException or FileNotFoundException or FormatException
            or ArgumentException or ReflectionTypeLoadException)
        {
            throw new UserMistakeException($"the steps cannot be used: {unusable.Message}", unusable);
        }
    }
}
