//! Weather as NetCDF classic (64-bit offset), by CF conventions: one variable a channel over `time`, NaN where there is no value.

use super::Writer;
use crate::weather::{Channel, Series};
use netcdf3::{DataSet, FileWriter, Version};
use std::cell::RefCell;
use std::fmt::Debug;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::rc::Rc;

/// The writer of NetCDF.
pub struct NetCdf;

/// Memory that the library writes into and that can still be had afterwards.
#[derive(Clone, Default)]
struct Memory(Rc<RefCell<Cursor<Vec<u8>>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Memory {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.borrow_mut().seek(to)
    }
}

fn failed(error: impl Debug) -> io::Error {
    io::Error::other(format!("{error:?}"))
}

/// The unit of a channel as CF writes it.
fn unit(channel: &Channel) -> String {
    match channel.dimension.base() {
        "m/s" => "m s-1".to_owned(),
        "deg" => "degree".to_owned(),
        base => base.to_owned(),
    }
}

impl Writer for NetCdf {
    fn name(&self) -> &'static str {
        "netcdf"
    }

    fn extension(&self) -> &'static str {
        "nc"
    }

    fn write(&self, series: &Series) -> io::Result<Vec<u8>> {
        let memory = Memory::default();
        let mut set = DataSet::new();
        set.add_global_attr_string("Conventions", "CF-1.8").map_err(failed)?;
        set.add_global_attr_string("mudline_origin", series.origin.word()).map_err(failed)?;
        set.add_fixed_dim("time", series.len()).map_err(failed)?;
        set.add_var_f64("time", &["time"]).map_err(failed)?;
        let since = "seconds since 1970-01-01 00:00:00";
        for (name, text) in [("standard_name", "time"), ("units", since), ("calendar", "proleptic_gregorian")]
        {
            set.add_var_attr_string("time", name, text).map_err(failed)?;
        }
        for channel in &series.channels {
            set.add_var_f64(&channel.name, &["time"]).map_err(failed)?;
            set.add_var_attr_string(&channel.name, "units", unit(channel)).map_err(failed)?;
            if let Some(kind) = Channel::known(&channel.name) {
                set.add_var_attr_string(&channel.name, "long_name", kind.about).map_err(failed)?;
            }
        }
        let mut file = FileWriter::open_seek_write("weather.nc", Box::new(memory.clone())).map_err(failed)?;
        file.set_def(&set, Version::Offset64Bit, 0).map_err(failed)?;
        let times: Vec<f64> = (0..series.len()).map(|index| series.time(index).timestamp() as f64).collect();
        file.write_var_f64("time", &times).map_err(failed)?;
        for (channel, values) in series.channels.iter().zip(&series.values) {
            file.write_var_f64(&channel.name, values).map_err(failed)?;
        }
        file.close().map_err(failed)?;
        Ok(memory.0.take().into_inner())
    }
}
