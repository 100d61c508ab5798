//! `mudline new`: a starter plan in a new folder.

use super::Exit;
use super::output::{Output, prepare_folder, write_file};
use crate::error::Error;
use crate::plan::template::TEMPLATES;
use serde_json::json;
use std::path::PathBuf;

/// The arguments of `new`.
#[derive(clap::Args)]
pub struct Args {
    /// The folder to make
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
    /// What to begin with; `list` shows the templates
    #[arg(short, long, value_name = "NAME", default_value = "windows")]
    template: String,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let listed: Vec<String> = TEMPLATES.iter().map(|t| format!("{:<9} {}", t.name, t.about)).collect();
    if args.template == "list" {
        output.say(&format!("{}\n", listed.join("\n")))?;
        let templates: Vec<_> =
            TEMPLATES.iter().map(|t| json!({ "name": t.name, "about": t.about })).collect();
        output.json(&templates)?;
        return Ok(Exit::Done);
    }
    let Some(template) = TEMPLATES.iter().find(|template| template.name == args.template) else {
        return Err(Error::Usage(format!(
            "there is no template {:?}; there are:\n{}",
            args.template,
            listed.join("\n")
        )));
    };
    for (name, _) in template.files {
        let path = args.folder.join(name);
        if path.exists() {
            return Err(Error::Usage(format!(
                "{} is there already, and is left as it is; name another folder",
                path.display()
            )));
        }
    }
    prepare_folder(&args.folder)?;
    for (name, contents) in template.files {
        write_file(&args.folder.join(name), contents.as_bytes())?;
    }
    let folder = args.folder.display();
    let names: Vec<&str> = template.files.iter().map(|(name, _)| *name).collect();
    output.say(&format!("{folder} now holds {}\nnext: mudline schedule {folder}\n", names.join(", ")))?;
    output.json(&json!({ "folder": args.folder.display().to_string(), "files": names }))?;
    Ok(Exit::Done)
}
